#include "volume/system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace reaper::volume {
namespace {

/// Returns the value of a call, or its negative errno. Only this function reads errno.
template <class T>
T checked(T value) {
  return value < 0 ? static_cast<T>(-errno) : value;
}

/// The fields that the program needs. Fewer fields are cheaper on network volumes.
constexpr unsigned k_stat_mask = STATX_BASIC_STATS | STATX_MNT_ID;

constexpr int k_stat_flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;

/// An empty name means the descriptor itself. The flag costs time for every other name, so it is only set then.
int flag_for_empty(const char* name) { return *name == '\0' ? AT_EMPTY_PATH : 0; }

/// A single name can only lead elsewhere if it is a link, a mount or `..`.
bool is_one_step(std::string_view path) { return path.find('/') == std::string_view::npos && path != ".."; }

/// Only the owner may open a file with O_NOATIME (open(2)); for others the file is opened without it.
bool may_not_keep_time(int opened) { return opened == -EPERM; }

sigset_t lease_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGIO);
  return set;
}

}  // namespace

int System::open_at(int directory, const char* name, int flags) {
  const auto open = [&](int wanted) { return checked(::openat(directory, name, wanted | O_CLOEXEC | O_NOFOLLOW)); };
  const int opened = open(flags);
  return may_not_keep_time(opened) && (flags & O_NOATIME) != 0 ? open(flags & ~O_NOATIME) : opened;
}

int System::open_beneath(int directory, const char* path) {
  const bool one_step = is_one_step(path);
  const auto open = [&](const open_how& how) {
    return static_cast<int>(checked(::syscall(SYS_openat2, directory, path, &how, sizeof how)));
  };
  const int opened = open(open_hows_.of(one_step, OpenHows::AccessTime::stays));
  return may_not_keep_time(opened) ? open(open_hows_.of(one_step, OpenHows::AccessTime::moves)) : opened;
}

long System::read_entries(int directory, std::span<std::byte> buffer) {
  return checked(::syscall(SYS_getdents64, directory, buffer.data(), buffer.size()));
}

int System::stat_at(int directory, const char* name, struct statx& result) {
  return checked(::statx(directory, name, k_stat_flags | flag_for_empty(name), k_stat_mask, &result));
}

int System::stat_synced_at(int directory, const char* name, struct statx& result) {
  return checked(
      ::statx(directory, name, k_stat_flags | AT_STATX_FORCE_SYNC | flag_for_empty(name), k_stat_mask, &result));
}

int System::check_access(int directory, const char* name, int mode) {
  return checked(::faccessat(directory, name, mode, AT_EACCESS));
}

int System::check_ownership(int directory, const char* name) {
  constexpr int k_flags = O_RDONLY | O_NOATIME | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW;
  const int opened = checked(::openat(directory, name, k_flags));
  if (opened < 0) return opened;
  ::close(opened);
  return 0;
}

int System::stat_volume(int descriptor, struct statfs& result) { return checked(::fstatfs(descriptor, &result)); }

int System::read_mount_table(std::string& text) {
  if (!mount_table_) {
    const int opened = checked(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
    if (opened < 0) return opened;
    mount_table_ = base::FileDescriptor(opened);
  }
  text.clear();
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t length =
        checked(::pread(mount_table_.get(), part.data(), part.size(), static_cast<off_t>(text.size())));
    if (length <= 0) return static_cast<int>(length);
    text.append(part.data(), static_cast<std::size_t>(length));
  }
}

int System::rename_at(int directory, const char* from, const char* to, unsigned flags) {
  // Kernels and seccomp profiles without renameat2 have this one.
  if (flags == 0) return checked(::renameat(directory, from, directory, to));
  // The raw call, because older and smaller C libraries have no wrapper.
  return static_cast<int>(checked(::syscall(SYS_renameat2, directory, from, directory, to, flags)));
}

int System::link_at(int directory, const char* from, const char* to) {
  return checked(::linkat(directory, from, directory, to, 0));
}

int System::unlink_at(int directory, const char* name, int flags) {
  return checked(::unlinkat(directory, name, flags));
}

int System::lock(int descriptor) { return checked(::flock(descriptor, LOCK_EX | LOCK_NB)); }

int System::unlock(int descriptor) { return checked(::flock(descriptor, LOCK_UN)); }

int System::test_lock(int descriptor) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (const int result = checked(::fcntl(descriptor, F_GETLK, &lock)); result < 0) return result;
  return lock.l_type == F_UNLCK ? 0 : -EWOULDBLOCK;
}

int System::take_lease(int descriptor) { return checked(::fcntl(descriptor, F_SETLEASE, F_RDLCK)); }

int System::wait_for_lease_break(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec timeout{static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
  const sigset_t set = lease_signal();
  const int signal = ::sigtimedwait(&set, nullptr, &timeout);
  if (signal == SIGIO) return 1;
  // EINTR: the handler of another signal ran. The wait ended early and no lease was broken.
  return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

int System::make_watcher() { return checked(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)); }

int System::add_watch(int watcher, int directory) {
  std::array<char, 32> path{};
  *fmt::format_to_n(path.data(), path.size() - 1, "/proc/self/fd/{}", directory).out = '\0';
  return checked(::inotify_add_watch(watcher, path.data(), k_watch_events));
}

int System::remove_watch(int watcher, int watch) { return checked(::inotify_rm_watch(watcher, watch)); }

long System::read_events(int watcher, std::span<std::byte> buffer) {
  return checked(::read(watcher, buffer.data(), buffer.size()));
}

int System::make_directory(const char* path) { return checked(::mkdir(path, 0755)); }

int System::open_root(const char* path) { return checked(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

int System::stat_root(const char* path, struct statx& result) {
  return checked(::statx(AT_FDCWD, path, AT_NO_AUTOMOUNT, k_stat_mask, &result));
}

std::vector<const void*> System::seal_openings() {
  if (!open_hows_.seal()) return {};
  return open_hows_.addresses();
}

void block_lease_signal() {
  // SIGIO is ignored for threads that do not inherit the mask, and blocked for sigtimedwait in those that do. A blocked
  // signal stays pending even if it is ignored (signal(7), sigtimedwait(2)).
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGIO, &ignore, nullptr);
  const sigset_t set = lease_signal();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace reaper::volume
