#pragma once

#include "volume/open_hows.hpp"

#include <sys/inotify.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

struct statx;
struct statfs;

namespace reaper::volume {

/// The events that System::add_watch asks for, and its conditions: the sandbox allows no others. IN_MODIFY tells of
/// truncate(2) and of writers that keep the chart open, IN_ATTRIB of utimensat(2).
inline constexpr std::uint32_t k_watch_events = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM |
                                                IN_MOVED_TO | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;

/// The system calls made on the volume, one function each. This is the seam at which tests inject faults and races.
///
/// Every function returns what the kernel itself returns: a value >= 0, or a negative errno. All of them are relative
/// to a directory descriptor; none follows a symbolic link in the last component. An open with O_NOATIME that only the
/// owner may have is made without it.
class System {
 public:
  System() = default;
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  /// openat(2) with O_CLOEXEC | O_NOFOLLOW.
  virtual int open_at(int directory, const char* name, int flags);

  /// openat2(2) of a directory, in such a way that no component of the path is a link, no mount is entered and nothing
  /// above is reached.
  virtual int open_beneath(int directory, const char* path);

  /// getdents64(2); 0 at the end of the directory.
  virtual long read_entries(int directory, std::span<std::byte> buffer);

  /// statx(2) of a name in a directory; of the descriptor itself if the name is empty.
  virtual int stat_at(int directory, const char* name, struct statx& result);

  /// The same with AT_STATX_FORCE_SYNC: asks a network volume's server instead of the local cache.
  virtual int stat_synced_at(int directory, const char* name, struct statx& result);

  /// faccessat(2) of a name in a directory, `.` for the directory itself, with the effective ids.
  virtual int check_access(int directory, const char* name, int mode);

  /// Tells whether this process owns the file or may act as its owner: -EPERM if it may not. Opens it with O_NOATIME,
  /// which is the only harmless call that the kernel gives to owners alone (open(2)).
  virtual int check_ownership(int directory, const char* name);

  /// fstatfs(2).
  virtual int stat_volume(int descriptor, struct statfs& result);

  /// renameat2(2) within one directory.
  virtual int rename_at(int directory, const char* from, const char* to, unsigned flags);

  /// linkat(2) within one directory, a second name for the same file; -EEXIST if `to` exists.
  virtual int link_at(int directory, const char* from, const char* to);

  /// unlinkat(2).
  virtual int unlink_at(int directory, const char* name, int flags);

  /// flock(2) with LOCK_EX | LOCK_NB.
  virtual int lock(int descriptor);

  /// fcntl(2) F_SETLEASE with F_RDLCK. A second call on the same descriptor asks again: it is -EAGAIN as soon as a
  /// writer is inside open(2), which F_GETLEASE does not see yet.
  virtual int take_lease(int descriptor);

  /// Waits until a lease of this process is being broken (1) or the time is over (0).
  virtual int wait_for_lease_break(std::chrono::nanoseconds time);

  /// inotify_init1(2), non-blocking.
  virtual int make_watcher();

  /// inotify_add_watch(2) on an open directory, by its link in /proc/self/fd: a path could lead elsewhere by now.
  virtual int add_watch(int watcher, int directory);

  /// inotify_rm_watch(2).
  virtual int remove_watch(int watcher, int watch);

  /// read(2) of what the watches have to tell, -EAGAIN if that is nothing.
  virtual long read_events(int watcher, std::span<std::byte> buffer);

  /// mkdir(2).
  virtual int make_directory(const char* path);

  /// open(2) of the root itself, with O_CLOEXEC | O_DIRECTORY; the path is the operator's, links in it are meant.
  virtual int open_root(const char* path);

  /// statx(2) of the root's path, following links as open_root does.
  virtual int stat_root(const char* path, struct statx& result);

  /// Fixes for good how open_beneath calls openat2(2). Returns the addresses of what it is called with; none if this
  /// kernel or container cannot, which changes nothing but that a sandbox must then allow any call of openat2.
  [[nodiscard]] std::vector<const void*> seal_openings();

 private:
  OpenHows open_hows_;
};

/// Keeps SIGIO, by which the kernel tells of a lease that is being broken, from ending the process, and holds it back
/// for System::wait_for_lease_break. Call it before the first thread is started: threads inherit the mask.
void block_lease_signal();

}  // namespace reaper::volume
