#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "live/scan_context.hpp"
#include "volume/root.hpp"

#include <chrono>

namespace reaper::live {

/// A directory that changed so recently may change again without its time telling: the times of a file system move in
/// steps, of up to a second on object stores and old ones.
inline constexpr std::chrono::seconds k_time_step{2};

/// Which times of directories are noted.
enum class RecentTimes : bool {
  ignored,  ///< a time within `k_time_step` counts as unknown, as it may hide changes
  noted
};

/// Notes the times of directories in a catalog: an empty one's tells since when it has been empty, and any one's
/// whether it has to be read again.
class DirectoryTimes {
 public:
  DirectoryTimes(volume::Root& root, const base::Clock& clock, charts::Catalog& catalog, RecentTimes recent)
      : root_(&root), clock_(&clock), catalog_(&catalog), recent_(recent) {}

  /// Notes the time of an open directory. One whose time cannot be read is incomplete.
  void note(charts::DirectoryIndex directory, int descriptor, const ScanContext& context) const;

 private:
  volume::Root* root_;
  const base::Clock* clock_;
  charts::Catalog* catalog_;
  RecentTimes recent_;
};

}  // namespace reaper::live
