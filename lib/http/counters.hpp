#pragma once

#include <cstdint>

namespace reaper::http {

/// What has happened on one listener since the start; each only grows.
struct Counters {
  std::uint64_t connections = 0;      ///< accepted
  std::uint64_t closed_for_room = 0;  ///< connections closed to make room for others, or because there was none
  std::uint64_t accept_failures = 0;  ///< for want of descriptors or memory
  std::uint64_t requests = 0;         ///< that have passed the checks of the protocol
  std::uint64_t malformed = 0;        ///< requests that have not
  std::uint64_t timeouts = 0;         ///< requests that did not arrive, and answers that were not taken, in time
  std::uint64_t turned_away = 0;      ///< requests that found too many others under way
  std::uint64_t failed_attempts = 0;  ///< requests that the sender was not allowed to make
};

}  // namespace reaper::http
