#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/size.hpp"
#include "volume/call_pool.hpp"
#include "volume/role.hpp"
#include "volume/system.hpp"
#include "volume/volume_traits.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace reaper::volume {

/// The chart directory. Everything below it is opened relative to its descriptor.
///
/// The descriptor stays open, so no change to the path can lead elsewhere. It is compared with the path, so that a root
/// that was replaced, unmounted or deleted is noticed before a file in the old one is touched.
///
/// The threads of the pool may open directories and read their states. Everything else is for one thread.
class Root {
 public:
  /// Does not open or create anything. `width` is the number of calls in flight.
  Root(System& system, std::string path, PoolWidth width = PoolWidth());

  /// The result of check().
  enum class State {
    same,      ///< the directory that was open before
    opened,    ///< nothing was open before
    replaced,  ///< the path names another directory now; the old one was closed
  };

  /// Creates the directory and missing parents, like `mkdir -p`. Existing directories are no error.
  [[nodiscard]] base::Result<void> make();

  /// Compares the held descriptor with the path and opens the path again if they differ. After an error no descriptor
  /// is held.
  [[nodiscard]] base::Result<State> check();

  /// Checks that this process may read the directory and create and remove names in it; an error if not (faccessat(2)).
  [[nodiscard]] base::Result<void> check_writable() const;

  /// Returns true if the path still names the held directory. Returns false also if that cannot be checked. Changes
  /// nothing.
  [[nodiscard]] bool is_current() const;

  /// Takes the lock of the held root if it is free, and returns the role that follows. The lock is flock(2) on the
  /// directory: it needs no lock file and no write permission. The kernel releases it when the descriptor is closed:
  /// when the root is replaced, or the process ends. On a volume that is not local there is no lock, and the role is
  /// `unlocked`.
  [[nodiscard]] Role take_lock();

  /// Gives up the lock.
  void release_lock();

  /// Opens a directory below the root; the root itself if `path` is empty. Follows no link and enters no mount on the
  /// way, even without openat2(2) (kernels before 5.6, some seccomp profiles). An error has the whole path, or `.` for
  /// the root itself.
  [[nodiscard]] base::Result<base::FileDescriptor> open_directory(const std::string& path);

  /// Opens a subdirectory of an open directory by its name, with the same protection. An error has the name only.
  [[nodiscard]] base::Result<base::FileDescriptor> open_child(int directory, const char* name);

  /// Returns the modification time of an open directory, in nanoseconds since 1970. An error has no path.
  [[nodiscard]] base::Result<std::int64_t> modified_ns(int directory) const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(directory_); }
  [[nodiscard]] System& system() const noexcept { return *system_; }

  /// Returns the threads for calls on a slow volume. Whenever check() opens a directory, it resets the number of calls
  /// in flight.
  [[nodiscard]] CallPool& pool() noexcept { return *pool_; }
  [[nodiscard]] const CallPool& pool() const noexcept { return *pool_; }

  /// Returns what was learned about the volume when the root was opened. Never null.
  [[nodiscard]] const std::shared_ptr<const VolumeTraits>& volume() const noexcept { return volume_; }

  /// Returns VolumeTraits::is_local() of the volume.
  [[nodiscard]] bool is_local() const noexcept { return volume_->is_local(); }

  /// Calls statx(2) for a directory below the root without following a link on the way. Returns 0 or a negative errno.
  [[nodiscard]] int stat_directory(const std::string& path, struct statx& result);

  /// Returns the total and free space of the volume; an error if the volume reports none, or impossible figures.
  [[nodiscard]] base::Result<base::VolumeSpace> space() const;

 private:
  [[nodiscard]] base::Result<base::FileDescriptor> open_from(int directory, const char* path);
  [[nodiscard]] base::Result<base::FileDescriptor> open_step_by_step(int directory, const std::string& path);
  [[nodiscard]] base::Result<void> stays_on_mount(int descriptor, const std::string& path) const;

  System* system_;
  std::string path_;
  base::FileDescriptor directory_;
  bool has_lock_ = false;
  std::uint64_t inode_ = 0;
  std::uint32_t device_ = 0;
  std::uint64_t mount_ = 0;
  std::shared_ptr<const VolumeTraits> volume_ = std::make_shared<const VolumeTraits>();
  bool openat2_missing_ = false;  // accessed as atomic
  std::unique_ptr<CallPool> pool_;
};

}  // namespace reaper::volume
