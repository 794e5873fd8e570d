#pragma once

#include "base/error.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace reaper::volume {

/// What became of one chart that was to be removed.
enum class Outcome : std::uint8_t {
  removed,
  gone,     ///< somebody else had removed it: as good as removed, but not counted as ours
  busy,     ///< open for writing, or under a flock; left for a later sweep
  changed,  ///< rewritten or replaced since it was judged, or no longer removable; left
  failed,   ///< a system call failed; see the failures
  skipped,  ///< not tried: its directory had failed too often, the root changed, or the sweep was stopped
};

/// One finished chart. `freed_bytes` is 0 unless it was removed, and also if another hard link keeps the file.
struct Removed {
  charts::ChartIndex chart = 0;
  Outcome outcome = Outcome::skipped;
  std::uint64_t freed_bytes = 0;
};

/// What a remover needs from its caller.
struct RemoveOptions {
  /// Whether the chart at this position of the span may still go; asked right before it is set aside.
  std::function<bool(std::size_t)> still_removable;
  /// Told of every chart once, in order within a batch.
  std::function<void(std::size_t, const Removed&)> on_done;
  Failures& failures;
  Progress& progress;
  std::stop_token stop;
};

/// How often the safe way was not open. Each is said in the sweep's report.
struct Fallbacks {
  std::uint64_t without_lease = 0;   ///< other owner, FUSE or network volume: a longer grace instead
  std::uint64_t without_noreplace = 0;  ///< the volume has no RENAME_NOREPLACE: checked, then renamed
  std::uint64_t direct = 0;          ///< could not be renamed (full volume, longest name): unlinked in place
};

/// Removes charts that a writer may be rewriting at this very moment, and loses none of those.
///
/// Per batch: open; lock; lease; still what was judged; rename aside; still the same file; wait a grace time for writers
/// that had looked the name up before the rename; lease again; unlink. A writer met anywhere on the way gets its chart
/// back under its name. docs/removal.md has the reasons and the measurements.
class Remover {
 public:
  explicit Remover(Root& root) : root_(&root) {}

  /// Removes `charts` of the catalog, in batches in the order given.
  Fallbacks remove(const charts::Catalog& catalog, std::span<const charts::ChartIndex> charts,
                   const RemoveOptions& options);

  /// Removes a directory if it is empty. `gone` if it no longer exists, `changed` if something is in it.
  Outcome remove_directory(const std::string& path, Failures& failures);

  /// Puts right what a dead remover left aside: back under its name, into the catalog if it is a chart there, or
  /// dropped if a new chart stands under that name. One that a live remover holds is left alone.
  void put_right(Scan& scan, const base::GlobList& patterns, Progress& progress);

 private:
  Root* root_;
};

}  // namespace reaper::volume
