#pragma once

#include <cstdint>

namespace reaper::volume {

/// The number of charts for which the safest way was not open; logged once a sweep.
struct Fallbacks {
  std::uint64_t without_lease = 0;      ///< other owner, FUSE or network volume: a longer grace time instead
  std::uint64_t without_noreplace = 0;  ///< no RENAME_NOREPLACE on this volume: looked first, then renamed
  std::uint64_t direct = 0;             ///< could not be renamed (full volume, longest name): unlinked in place
};

}  // namespace reaper::volume
