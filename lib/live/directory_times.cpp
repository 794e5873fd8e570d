#include "live/directory_times.hpp"

#include "volume/file_state.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace reaper::live {

void DirectoryTimes::note(charts::DirectoryIndex directory, int descriptor, const ScanContext& context) const {
  struct statx self {};
  catalog_->set_modified(directory, charts::k_not_looked_at);
  if (const int error = root_->system().stat_at(descriptor, "", self); error < 0) {
    catalog_->mark_incomplete(directory);
    const std::string path = catalog_->path(directory);
    context.failures.add(base::errno_error(-error, "statx", path), path);
    return;
  }
  const std::int64_t modified_ns = volume::nanoseconds(self.stx_mtime);
  const bool is_recent = clock_->now() - base::FileTime(std::chrono::nanoseconds(modified_ns)) < k_time_step;
  if (recent_ == RecentTimes::noted || !is_recent) catalog_->set_modified(directory, modified_ns);
}

}  // namespace reaper::live
