#include "live/polling_source.hpp"

#include "volume/file_state.hpp"

#include <sys/stat.h>

#include <vector>

namespace reaper::live {

using charts::DirectoryIndex;

volume::TooDeep PollingSource::apply(const ScanDirectory& scan, const ScanContext& context) {
  return read_again([this](DirectoryIndex directory) { return has_changed(directory); }, scan, context);
}

volume::TooDeep PollingSource::read_incomplete(const ScanDirectory& scan, const ScanContext& context) {
  return read_again([this](DirectoryIndex directory) { return !in_.catalog.directory(directory).is_complete(); }, scan,
                    context);
}

bool PollingSource::has_changed(DirectoryIndex index) {
  const charts::Directory& directory = in_.catalog.directory(index);
  if (!directory.is_complete() || directory.modified_ns() == charts::k_not_looked_at) return true;
  struct statx self {};
  const int error = in_.root.stat_directory(in_.catalog.path(index), self);
  in_.progress.step();
  return error < 0 || volume::nanoseconds(self.stx_mtime) != directory.modified_ns();
}

volume::TooDeep PollingSource::read_again(const std::function<bool(DirectoryIndex)>& wanted, const ScanDirectory& scan,
                                          const ScanContext& context) {
  std::vector<DirectoryIndex> changed;
  in_.catalog.for_each_directory([&](DirectoryIndex directory) {
    if (!context.stop.stop_requested() && wanted(directory)) changed.push_back(directory);
  });
  in_.catalog.begin_scan();
  volume::TooDeep too_deep;
  std::vector<DirectoryIndex> read;
  for (const DirectoryIndex directory : changed) {
    if (context.stop.stop_requested()) break;
    // The directory may have been forgotten together with another one.
    if (!in_.catalog.directory(directory).is_known()) continue;
    const volume::ScanResult result = scan(directory);
    too_deep.add({result.too_deep, in_.catalog.path(directory)});
    if (!result.found && directory != charts::k_root) in_.forget(directory);
    else if (!result.stopped) read.push_back(directory);
  }
  // Do this once for all directories, because it visits the whole catalog.
  for (const DirectoryIndex gone : in_.catalog.unseen_children(read)) in_.forget(gone);
  return too_deep;
}

}  // namespace reaper::live
