#include "live/directory_times.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace reaper::live {

void DirectoryTimes::note(charts::DirectoryIndex directory, const base::Result<volume::DirectoryTime>& time,
                          const ScanContext& context) const {
  const base::FileTime shown = shown_time(directory);
  catalog_->set_modified(directory, charts::k_not_looked_at);
  if (!time) {
    catalog_->mark_incomplete(directory);
    const std::string path = catalog_->path(directory);
    context.failures.add(time.error().with_path(path), path);
    return;
  }
  const base::FileTime modified = std::max(base::FileTime(std::chrono::nanoseconds(time->modified_ns)), shown);
  const bool is_recent = clock_->now() - time->age - modified < k_time_step;
  const bool hides_changes = is_recent && root_->volume()->shows_changes();
  if (recent_ == RecentTimes::noted || !hides_changes)
    catalog_->set_modified(directory, modified.time_since_epoch().count());
}

/// A directory that held charts at its last reading, or was never read, may have been emptied only now.
base::FileTime DirectoryTimes::shown_time(charts::DirectoryIndex directory) const {
  if (root_->volume()->shows_changes()) return base::FileTime::min();
  const charts::Directory& known = catalog_->directory(directory);
  const bool was_empty = known.charts() == 0 && known.modified_ns() != charts::k_not_looked_at;
  return was_empty ? known.modified() : clock_->now();
}

}  // namespace reaper::live
