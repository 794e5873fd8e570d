#pragma once

#include "base/file_descriptor.hpp"
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

/// The events and conditions of System::add_watch; the sandbox allows no others. IN_MODIFY reports truncate(2) and
/// writers that keep the chart open, IN_ATTRIB reports utimensat(2).
inline constexpr std::uint32_t k_watch_events = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM |
                                                IN_MOVED_TO | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;

/// The system calls on the volume, one function each. Tests replace this class to inject faults and races.
///
/// Every function returns the kernel's result: a value >= 0 or a negative errno. Names are relative to a directory
/// descriptor, and no function follows a symbolic link in the last component. O_NOATIME is dropped if the kernel allows
/// it to the owner only.
class System {
 public:
  System() = default;
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  /// openat(2) with O_CLOEXEC | O_NOFOLLOW.
  virtual int open_at(int directory, const char* name, int flags);

  /// openat2(2) of a directory. The kernel follows no link in the path, enters no mount and never leaves `directory`
  /// upwards.
  virtual int open_beneath(int directory, const char* path);

  /// getdents64(2); 0 at the end of the directory.
  virtual long read_entries(int directory, std::span<std::byte> buffer);

  /// statx(2) of a name in a directory; of the descriptor itself if `name` is empty.
  virtual int stat_at(int directory, const char* name, struct statx& result);

  /// The same with AT_STATX_FORCE_SYNC: a network volume asks its server instead of the local cache.
  virtual int stat_synced_at(int directory, const char* name, struct statx& result);

  /// faccessat(2) with the effective ids; `.` stands for the directory itself.
  virtual int check_access(int directory, const char* name, int mode);

  /// Returns 0 if this process owns the file or may act as its owner, -EPERM if not. Opens the file with O_NOATIME, the
  /// only harmless call that the kernel allows to owners alone (open(2)).
  virtual int check_ownership(int directory, const char* name);

  /// fstatfs(2).
  virtual int stat_volume(int descriptor, struct statfs& result);

  /// Reads the whole of /proc/self/mountinfo. Returns 0 or a negative errno. The first call opens the file and keeps it
  /// open, because the sandbox refuses to open it later.
  virtual int read_mount_table(std::string& text);

  /// renameat2(2) within one directory.
  virtual int rename_at(int directory, const char* from, const char* to, unsigned flags);

  /// linkat(2) within one directory, a second name for the same file; -EEXIST if `to` exists.
  virtual int link_at(int directory, const char* from, const char* to);

  /// unlinkat(2).
  virtual int unlink_at(int directory, const char* name, int flags);

  /// flock(2) with LOCK_EX | LOCK_NB.
  virtual int lock(int descriptor);

  /// flock(2) with LOCK_UN.
  virtual int unlock(int descriptor);

  /// fcntl(2) F_GETLK: returns -EWOULDBLOCK if another process has locked any part of the file, 0 if not. NFS keeps
  /// flock(2) locks as such locks.
  virtual int test_lock(int descriptor);

  /// fcntl(2) F_SETLEASE with F_RDLCK. A second call on the same descriptor fails with -EAGAIN as soon as a writer is
  /// inside open(2); F_GETLEASE does not see that yet.
  virtual int take_lease(int descriptor);

  /// Waits until the kernel breaks a lease of this process (returns 1) or the time is over (returns 0).
  virtual int wait_for_lease_break(std::chrono::nanoseconds time);

  /// inotify_init1(2), non-blocking.
  virtual int make_watcher();

  /// inotify_add_watch(2) on an open directory through /proc/self/fd, because its path may lead elsewhere now.
  virtual int add_watch(int watcher, int directory);

  /// inotify_rm_watch(2).
  virtual int remove_watch(int watcher, int watch);

  /// read(2) of inotify events; -EAGAIN if there are none.
  virtual long read_events(int watcher, std::span<std::byte> buffer);

  /// mkdir(2).
  virtual int make_directory(const char* path);

  /// open(2) of the root itself with O_CLOEXEC | O_DIRECTORY. It follows links, as the operator chose the path.
  virtual int open_root(const char* path);

  /// statx(2) of the root's path; follows links like open_root.
  virtual int stat_root(const char* path, struct statx& result);

  /// Makes the arguments of openat2(2) in open_beneath unchangeable. Returns their addresses; none if the kernel or
  /// container cannot do that. The sandbox must then allow every call of openat2.
  [[nodiscard]] std::vector<const void*> seal_openings();

 private:
  OpenHows open_hows_;
  base::FileDescriptor mount_table_;
};

/// Blocks SIGIO, the kernel's signal for a lease break, for System::wait_for_lease_break, and keeps it from ending the
/// process. Call it before the first thread is started: threads inherit the mask.
void block_lease_signal();

}  // namespace reaper::volume
