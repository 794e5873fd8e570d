#include "volume/remove_directory.hpp"

#include "base/path_text.hpp"
#include "volume/file_state.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace reaper::volume {

Outcome remove_directory(Root& root, const std::string& path, base::FileTime unchanged_since, Failures& failures) {
  const base::SplitPath split = base::split_path(path);
  const std::string parent(split.directory);
  const std::string name(split.name);
  const auto opened = root.open_directory(parent);
  if (!opened && opened.error().is(ENOENT)) return Outcome::gone;
  if (!opened) {
    failures.add(opened.error(), parent);
    return Outcome::failed;
  }
  struct statx directory {};
  if (const int error = root.system().stat_at(opened->get(), name.c_str(), directory); error == -ENOENT) {
    return Outcome::gone;
  } else if (error < 0) {
    failures.add(base::errno_error(-error, "statx", path), parent);
    return Outcome::failed;
  }
  if (nanoseconds(directory.stx_mtime) > unchanged_since.time_since_epoch().count()) return Outcome::changed;
  const int removed = root.system().unlink_at(opened->get(), name.c_str(), AT_REMOVEDIR);
  if (removed == 0) return Outcome::removed;
  if (removed == -ENOENT) return Outcome::gone;
  // The directory has an entry now, is no longer a directory, or is a mount point.
  if (removed == -ENOTEMPTY || removed == -EEXIST || removed == -ENOTDIR || removed == -EBUSY) return Outcome::changed;
  failures.add(base::errno_error(-removed, "unlinkat", path), parent);
  return Outcome::failed;
}

}  // namespace reaper::volume
