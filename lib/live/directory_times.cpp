#include "live/directory_times.hpp"

#include "volume/file_state.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace reaper::live {

void DirectoryTimes::note(charts::DirectoryIndex directory, int descriptor, const ScanContext& context) const {
  const base::FileTime shown = shown_time(directory);
  struct statx self {};
  catalog_->set_modified(directory, charts::k_not_looked_at);
  if (const int error = root_->system().stat_at(descriptor, "", self); error < 0) {
    catalog_->mark_incomplete(directory);
    const std::string path = catalog_->path(directory);
    context.failures.add(base::errno_error(-error, "statx", path), path);
    return;
  }
  const std::int64_t modified_ns = std::max(volume::nanoseconds(self.stx_mtime), shown.time_since_epoch().count());
  const bool is_recent = clock_->now() - base::FileTime(std::chrono::nanoseconds(modified_ns)) < k_time_step;
  const bool hides_changes = is_recent && root_->volume()->shows_changes();
  if (recent_ == RecentTimes::noted || !hides_changes) catalog_->set_modified(directory, modified_ns);
}

/// A directory that held charts at its last reading, or was never read, may have been emptied only now.
base::FileTime DirectoryTimes::shown_time(charts::DirectoryIndex directory) const {
  if (root_->volume()->shows_changes()) return base::FileTime::min();
  const charts::Directory& known = catalog_->directory(directory);
  const bool was_empty = known.charts() == 0 && known.modified_ns() != charts::k_not_looked_at;
  return was_empty ? known.modified() : clock_->now();
}

}  // namespace reaper::live
