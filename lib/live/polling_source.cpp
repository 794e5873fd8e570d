#include "live/polling_source.hpp"

#include "volume/file_state.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reaper::live {

using charts::DirectoryIndex;

volume::TooDeep PollingSource::apply(const ScanDirectory& scan, const ScanContext& context) {
  return read_again(changed_directories(context), scan, context);
}

volume::TooDeep PollingSource::read_incomplete(const ScanDirectory& scan, const ScanContext& context) {
  std::vector<DirectoryIndex> incomplete;
  in_.catalog.for_each_directory([&](DirectoryIndex directory) {
    if (!in_.catalog.directory(directory).is_complete()) incomplete.push_back(directory);
  });
  return read_again(incomplete, scan, context);
}

std::vector<DirectoryIndex> PollingSource::changed_directories(const ScanContext& context) {
  std::vector<DirectoryIndex> all;
  in_.catalog.for_each_directory([&](DirectoryIndex directory) { all.push_back(directory); });
  std::vector<DirectoryIndex> changed;
  for (std::span<const DirectoryIndex> rest = all; !rest.empty() && !context.stop.stop_requested();) {
    const auto group = rest.first(std::min<std::size_t>(rest.size(), in_.root.pool().width()));
    add_changed(changed, group);
    rest = rest.subspan(group.size());
  }
  return changed;
}

/// Adds the directories whose modification time differs from the catalog to `changed`. On a slow volume it reads
/// several times at once.
void PollingSource::add_changed(std::vector<DirectoryIndex>& changed, std::span<const DirectoryIndex> directories) {
  struct Look {
    std::string path;
    std::int64_t known_ns = charts::k_not_looked_at;
    bool is_changed = true;
  };
  std::vector<Look> looks;
  looks.reserve(directories.size());
  for (const DirectoryIndex index : directories) {
    const charts::Directory& directory = in_.catalog.directory(index);
    if (directory.is_complete()) looks.push_back({in_.catalog.path(index), directory.modified_ns()});
    else looks.emplace_back();
  }
  in_.root.pool().run_all(looks.size(), [&](std::size_t i) {
    if (looks[i].known_ns == charts::k_not_looked_at) return;
    struct statx self {};
    const int error = in_.root.stat_directory(looks[i].path, self);
    looks[i].is_changed = error < 0 || volume::nanoseconds(self.stx_mtime) != looks[i].known_ns;
  });
  in_.progress.step();
  for (std::size_t i = 0; i < looks.size(); ++i)
    if (looks[i].is_changed) changed.push_back(directories[i]);
}

volume::TooDeep PollingSource::read_again(const std::vector<DirectoryIndex>& directories, const ScanDirectory& scan,
                                          const ScanContext& context) {
  in_.catalog.begin_scan();
  volume::TooDeep too_deep;
  std::vector<DirectoryIndex> read;
  for (const DirectoryIndex directory : directories) {
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
