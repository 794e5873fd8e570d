#include "volume/removal_trial.hpp"

#include "charts/chart.hpp"
#include "volume/means_gone.hpp"

#include <fcntl.h>
#include <linux/stat.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace reaper::volume {
namespace {

using base::errno_error;
using base::Error;
using base::FileDescriptor;

bool anybody_may_read(const struct statx& file) {
  constexpr unsigned k_read_by_all = S_IRUSR | S_IRGRP | S_IROTH;
  return (file.stx_mode & k_read_by_all) == k_read_by_all;
}

}  // namespace

std::optional<Error> RemovalTrial::try_directory(const std::string& directory) { return open(directory).obstacle; }

std::optional<Error> RemovalTrial::try_chart(const std::string& directory, const std::string& name) {
  return try_name(directory, name, Kind::chart);
}

std::optional<Error> RemovalTrial::try_subdirectory(const std::string& directory, const std::string& name) {
  return try_name(directory, name, Kind::directory);
}

/// Follows the rules of unlink(2) and rmdir(2) in the kernel's order: EACCES, EPERM, EROFS.
std::optional<Error> RemovalTrial::try_name(const std::string& directory, const std::string& name, Kind kind) {
  const Directory& home = open(directory);
  if (home.obstacle || !home.descriptor) return home.obstacle;
  System& system = root_->system();
  const int at = home.descriptor.get();
  struct statx file {};
  const int error = system.stat_at(at, name.c_str(), file);
  if (error == -ENOENT) return {};
  const std::string path = charts::join_path(directory, name);
  if (error < 0) return errno_error(-error, "statx", path);
  if ((file.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0)
    return errno_error(EPERM, "unlinkat", path);
  if (home.only_own_files && system.check_ownership(at, name.c_str()) == -EPERM)
    return errno_error(EPERM, "unlinkat", path);
  if (kind == Kind::directory || anybody_may_read(file)) return {};
  const int readable = system.check_access(at, name.c_str(), R_OK);
  if (readable < 0 && readable != -ENOENT) return errno_error(-readable, "openat", path);
  return {};
}

LeaseTrial RemovalTrial::try_lease(const std::string& directory, const std::string& name) {
  const Directory& home = open(directory);
  if (!home.descriptor) return LeaseTrial::unknown;
  System& system = root_->system();
  const FileDescriptor file(system.open_at(home.descriptor.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY));
  if (!file) return LeaseTrial::unknown;
  // Closing the descriptor ends the lease.
  const int leased = system.take_lease(file.get());
  if (leased >= 0) return LeaseTrial::granted;
  return leased == -EAGAIN ? LeaseTrial::unknown : LeaseTrial::refused;
}

const RemovalTrial::Directory& RemovalTrial::open(const std::string& path) {
  if (const auto known = directories_.find(path); known != directories_.end()) return known->second;
  if (directories_.size() == k_max_directories) directories_.clear();
  return directories_.emplace(path, examine(path)).first->second;
}

RemovalTrial::Directory RemovalTrial::examine(const std::string& path) {
  Directory directory;
  auto opened = root_->open_directory(path);
  if (!opened) {
    if (!means_out_of_reach(opened.error())) directory.obstacle = opened.error();
    return directory;
  }
  directory.descriptor = std::move(*opened);
  System& system = root_->system();
  const int at = directory.descriptor.get();
  struct statx self {};
  if (const int error = system.check_access(at, ".", W_OK | X_OK); error < 0)
    directory.obstacle = errno_error(-error, "faccessat", path);
  else if (const int unknown = system.stat_at(at, "", self); unknown < 0)
    directory.obstacle = errno_error(-unknown, "statx", path);
  else if ((self.stx_attributes & STATX_ATTR_APPEND) != 0) directory.obstacle = errno_error(EPERM, "unlinkat", path);
  // inode(7): in a sticky directory only the file's owner, the directory's owner or a privileged process may remove a
  // file.
  directory.only_own_files = (self.stx_mode & S_ISVTX) != 0 && system.check_ownership(at, ".") == -EPERM;
  return directory;
}

}  // namespace reaper::volume
