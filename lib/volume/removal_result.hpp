#pragma once

#include <cstdint>

namespace reaper::volume {

/// The end of one removal.
enum class Outcome : std::uint8_t {
  removed,
  gone,     ///< another program had removed it: as good as removed, but not counted as ours
  busy,     ///< open for writing, or under a flock; left for a later sweep
  changed,  ///< rewritten or replaced since it was judged, or no longer removable; left
  failed,   ///< a system call failed; see the failures
  skipped,  ///< not tried: its directory had failed too often, the root was replaced, or the sweep was stopped
};

/// The outcome of one chart.
struct RemovalResult {
  Outcome outcome = Outcome::skipped;
  std::uint64_t freed_bytes = 0;    ///< 0 unless it was removed, and also if another hard link keeps the file
  bool left_in_quarantine = false;  ///< it failed, and the chart is still under its quarantine name
};

}  // namespace reaper::volume
