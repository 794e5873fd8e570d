#pragma once

#include <cstdint>

namespace reaper::volume {

/// The result of one removal.
enum class Outcome : std::uint8_t {
  removed,
  gone,     ///< another program removed it first: done, but not counted as ours
  busy,     ///< open for writing, or locked with flock(2); left for a later sweep
  changed,  ///< rewritten or replaced since it was judged, or no longer due; left
  failed,   ///< a system call failed; see the failures
  skipped,  ///< not tried: its directory failed too often, the root was replaced, or the sweep was stopped
};

/// The result of removing one chart.
struct RemovalResult {
  Outcome outcome = Outcome::skipped;
  std::uint64_t freed_bytes = 0;    ///< 0 unless it was removed; also 0 if another hard link keeps the file
  bool left_in_quarantine = false;  ///< it failed while it had its quarantine name, and still has that name
};

}  // namespace reaper::volume
