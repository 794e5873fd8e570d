#pragma once

#include <cstdint>

namespace reaper::http {

/// Counters of one listener since the start.
struct Counters {
  std::uint64_t connections = 0;      ///< accepted
  std::uint64_t closed_for_room = 0;  ///< connections closed to make room for others, or refused for lack of room
  std::uint64_t accept_failures = 0;  ///< for lack of descriptors or memory
  std::uint64_t requests = 0;         ///< requests that passed the protocol checks
  std::uint64_t malformed = 0;        ///< requests that failed them
  std::uint64_t timeouts = 0;         ///< requests that arrived too slowly and answers that the client read too slowly
  std::uint64_t turned_away = 0;      ///< requests refused because too many others were under way
  std::uint64_t failed_attempts = 0;  ///< requests refused for lack of rights
};

}  // namespace reaper::http
