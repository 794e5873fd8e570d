#include "volume/root.hpp"

#include "base/path_text.hpp"
#include "volume/file_state.hpp"
#include "volume/learn_volume.hpp"
#include "volume/volume_space.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>
#include <utility>

namespace reaper::volume {
namespace {

using base::errno_error;
using base::FileDescriptor;
using base::Result;

/// O_NOATIME: a new access time is a write to the volume, and until it is written the kernel cannot free the
/// directory's inode. A small container that reads many directories would be killed for that.
constexpr int k_directory_flags = O_RDONLY | O_DIRECTORY | O_NOATIME;

/// Returns the mount that the file is on. Kernels before 5.8 do not report it; then the device stands for it.
std::uint64_t mount_of(const struct statx& file) {
  return (file.stx_mask & STATX_MNT_ID) != 0 ? file.stx_mnt_id : device_of(file);
}

/// Used to refuse `/` as the chart directory under any spelling: all its pictures belong to other programs.
bool is_same_file(const struct statx& left, const struct statx& right) {
  return left.stx_ino == right.stx_ino && device_of(left) == device_of(right);
}

}  // namespace

Root::Root(System& system, std::string path, PoolWidth width)
    : system_(&system), path_(std::move(path)), pool_(std::make_unique<CallPool>(width)) {}

Result<void> Root::make() {
  for (std::size_t slash = path_.find('/', 1);; slash = path_.find('/', slash + 1)) {
    const std::string directory = path_.substr(0, slash);
    const int made = system_->make_directory(directory.c_str());
    // mkdir(2) may fail in other ways for a directory that exists: EROFS, or EACCES in a parent without write
    // permission. That does not matter, as opening the root decides.
    struct statx existing {};
    if (made < 0 && system_->stat_root(directory.c_str(), existing) < 0) return errno_error(-made, "mkdir", directory);
    if (slash == std::string::npos) return {};
  }
}

Result<Root::State> Root::check() {
  if (is_current()) return State::same;
  const bool held_another = is_open();
  directory_.reset();
  has_lock_ = false;

  const int opened = system_->open_root(path_.c_str());
  if (opened < 0) return errno_error(-opened, "open", path_);
  FileDescriptor directory(opened);
  struct statx self {};
  if (const int error = system_->stat_at(directory.get(), "", self); error < 0)
    return errno_error(-error, "statx", path_);
  if (struct statx top{}; system_->stat_root("/", top) == 0 && is_same_file(self, top))
    return errno_error(EPERM, "use as chart directory", path_);
  inode_ = self.stx_ino;
  device_ = device_of(self);
  mount_ = mount_of(self);
  directory_ = std::move(directory);
  volume_ = std::make_shared<const VolumeTraits>(learn_volume(*system_, {directory_.get(), self, path_}));
  pool_->begin(volume_->call_time);
  return held_another ? State::replaced : State::opened;
}

Role Root::take_lock() {
  if (has_lock_) return Role::active;
  if (!is_open() || !is_local()) return Role::unlocked;
  const int locked = system_->lock(directory_.get());
  has_lock_ = locked >= 0;
  if (has_lock_) return Role::active;
  return locked == -EWOULDBLOCK ? Role::standby : Role::unlocked;
}

void Root::release_lock() {
  if (std::exchange(has_lock_, false)) static_cast<void>(system_->unlock(directory_.get()));
}

Result<void> Root::check_writable() const {
  if (const int error = system_->check_access(directory_.get(), ".", R_OK | W_OK | X_OK); error < 0)
    return errno_error(-error, "faccessat", path_);
  return {};
}

bool Root::is_current() const {
  struct statx named {};
  return is_open() && system_->stat_root(path_.c_str(), named) == 0 && named.stx_ino == inode_ &&
         device_of(named) == device_ && mount_of(named) == mount_;
}

Result<FileDescriptor> Root::open_directory(const std::string& path) {
  return open_from(directory_.get(), path.empty() ? "." : path.c_str());
}

Result<FileDescriptor> Root::open_child(int directory, const char* name) { return open_from(directory, name); }

int Root::stat_directory(const std::string& path, struct statx& result) {
  // A path of one step has no component on the way that could be a link.
  if (path.find('/') == std::string::npos) return system_->stat_at(directory_.get(), path.c_str(), result);
  const auto opened = open_directory(path);
  return opened ? system_->stat_at(opened->get(), "", result) : -opened.error().code.value();
}

Result<std::int64_t> Root::modified_ns(int directory) const {
  struct statx self {};
  if (const int error = system_->stat_at(directory, "", self); error < 0) return errno_error(-error, "statx");
  return nanoseconds(self.stx_mtime);
}

Result<FileDescriptor> Root::open_from(int directory, const char* path) {
  const std::atomic_ref is_missing(openat2_missing_);
  if (!is_missing.load(std::memory_order_relaxed)) {
    const int opened = system_->open_beneath(directory, path);
    if (opened >= 0) return FileDescriptor(opened);
    // Old kernels answer ENOSYS to openat2(2), old seccomp profiles EPERM.
    if (opened != -ENOSYS && opened != -EPERM) return errno_error(-opened, "openat2", path);
    is_missing.store(opened == -ENOSYS, std::memory_order_relaxed);
  }
  return open_step_by_step(directory, path);
}

Result<FileDescriptor> Root::open_step_by_step(int start, const std::string& path) {
  FileDescriptor directory;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::string step(base::take_first_step(rest));
    const int above = directory ? directory.get() : start;
    const int opened = system_->open_at(above, step.c_str(), k_directory_flags);
    if (opened < 0) return errno_error(-opened, "openat", path);
    directory = FileDescriptor(opened);
    if (auto stays = stays_on_mount(directory.get(), path); !stays) return stays.error();
  }
  return directory;
}

Result<void> Root::stays_on_mount(int descriptor, const std::string& path) const {
  struct statx self {};
  if (const int error = system_->stat_at(descriptor, "", self); error < 0) return errno_error(-error, "statx", path);
  if (mount_of(self) != mount_) return errno_error(EXDEV, "openat", path);
  return {};
}

Result<base::VolumeSpace> Root::space() const {
  struct statfs volume {};
  if (const int error = system_->stat_volume(directory_.get(), volume); error < 0)
    return errno_error(-error, "fstatfs", path_);
  const auto space = plausible_space(volume);
  if (!space) return errno_error(ERANGE, "fstatfs", path_);
  return *space;
}

}  // namespace reaper::volume
