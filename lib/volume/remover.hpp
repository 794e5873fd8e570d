#pragma once

#include "base/clock.hpp"
#include "charts/chart.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::volume {

/// How many charts wait for their grace time at once. Each holds a descriptor, and so may its directory: 512 of the
/// 1,024 that a process is usually allowed, and a few more for directories that were used last.
inline constexpr std::size_t k_window_charts = 256;

/// What became of one chart that was to be removed.
enum class Outcome : std::uint8_t {
  removed,
  gone,     ///< somebody else had removed it: as good as removed, but not counted as ours
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

/// How often the safest way was not open; said once a sweep.
struct Fallbacks {
  std::uint64_t without_lease = 0;      ///< other owner, FUSE or network volume: a longer grace time instead
  std::uint64_t without_noreplace = 0;  ///< no RENAME_NOREPLACE on this volume: looked first, then renamed
  std::uint64_t direct = 0;             ///< could not be renamed (full volume, longest name): unlinked in place
};

/// How long a chart stays quarantined before it is unlinked.
struct Grace {
  /// A writer that had looked the name up just before the rename opens the file within this time, which breaks the
  /// lease.
  std::chrono::milliseconds with_lease{2};
  /// Where no lease tells of writers: long enough for one to come far enough to be seen by what it writes.
  std::chrono::milliseconds without_lease{1000};
};

/// Charts to be removed, in order.
using Charts = std::vector<const charts::ChartSnapshot*>;

/// What a remover works on, and who it reports to.
struct RemoveOptions {
  /// Asked for further charts whenever all have been quarantined, also while the last of them wait for their grace
  /// time: adds them at the end, or nothing.
  std::function<void(Charts&)> more = [](Charts& /*charts*/) {};
  /// Called between charts, every `k_window_charts` of them: what others have to do meanwhile.
  std::function<void()> between = [] {};
  /// Whether the chart at this position may still go; asked right before it is quarantined.
  std::function<bool(std::size_t)> still_removable;
  /// Told once of every chart, by its position.
  std::function<void(std::size_t, const RemovalResult&)> on_concluded;
  Failures& failures;
  Fallbacks& fallbacks;
  Progress& progress;
  std::stop_token stop;
  Grace grace = {};
  double most_per_second = 0;  ///< a brake on long removals; 0 for none
};

/// Removes charts, in the order given, so that none is lost that a writer is rewriting at this very moment: see
/// removal_window.hpp for the protocol. Every chart is concluded, whatever happens.
void remove(Root& root, Charts charts, const RemoveOptions& options);

/// Removes the directory if it is empty, and nothing was made or removed in it after `unchanged_since`. `gone` if it no
/// longer exists, `changed` if something is in it or was.
[[nodiscard]] Outcome remove_directory(Root& root, const std::string& path, base::FileTime unchanged_since,
                                       Failures& failures);

}  // namespace reaper::volume
