#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "charts/catalog.hpp"
#include "live/scan_context.hpp"
#include "volume/ahead_directory.hpp"
#include "volume/root.hpp"

#include <chrono>

namespace reaper::live {

/// A file system may keep times in steps of up to a second (object stores, old file systems). A directory that changed
/// within this time may change again and keep the same time.
inline constexpr std::chrono::seconds k_time_step{2};

/// Says what happens to a directory time that is less than `k_time_step` old.
enum class RecentTimes : bool {
  ignored,  ///< the time counts as unknown, because it may hide later changes
  noted
};

/// Stores the modification times of directories in a catalog. The time of an empty directory says since when it has
/// been empty. For other directories a new time means that they must be read again. Where the times do not move with
/// the entries, an empty directory counts as empty since the catalog first saw that it was empty.
class DirectoryTimes {
 public:
  DirectoryTimes(volume::Root& root, const base::Clock& clock, charts::Catalog& catalog, RecentTimes recent)
      : root_(&root), clock_(&clock), catalog_(&catalog), recent_(recent) {}

  /// Stores the time of a directory. If it could not be read, the directory is marked incomplete.
  void note(charts::DirectoryIndex directory, const base::Result<volume::DirectoryTime>& time,
            const ScanContext& context) const;

 private:
  /// Returns the earliest time since which the directory can have been empty, as far as earlier readings show.
  [[nodiscard]] base::FileTime shown_time(charts::DirectoryIndex directory) const;

  volume::Root* root_;
  const base::Clock* clock_;
  charts::Catalog* catalog_;
  RecentTimes recent_;
};

}  // namespace reaper::live
