#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/size.hpp"
#include "volume/system.hpp"

#include <cstdint>
#include <string>

namespace reaper::volume {

/// The chart directory: the one place from which everything below is reached.
///
/// It is held open, so that nothing done to its path leads anywhere else, and it is checked against its path, so that a
/// root that was replaced, unmounted or taken away is noticed before anything in the old one is touched.
class Root {
 public:
  /// Neither opens nor makes anything.
  Root(System& system, std::string path);

  /// What check() found.
  enum class State {
    same,      ///< the directory that was open already
    opened,    ///< nothing was open before
    replaced,  ///< another directory stands at the path now; the old one was let go
  };

  /// Makes the directory and what is missing above it, as `mkdir -p` does. No error if it exists.
  [[nodiscard]] base::Result<void> make();

  /// Makes sure that the held descriptor is what the path names. On an error nothing is held.
  [[nodiscard]] base::Result<State> check();

  /// Whether this process may read the held directory and make and remove names in it.
  [[nodiscard]] base::Result<void> check_writable() const;

  /// Whether the path still names the held directory. Changes nothing; false as well if that cannot be found out.
  [[nodiscard]] bool is_current() const;

  /// Opens a directory below the root; the root itself if `path` is empty. No link is followed and no mount entered on
  /// the way, also where openat2 is missing (kernels before 5.6, some seccomp profiles).
  [[nodiscard]] base::Result<base::FileDescriptor> open_directory(const std::string& path);

  /// Opens a directory directly below an open one, in the same way.
  [[nodiscard]] base::Result<base::FileDescriptor> open_child(int directory, const char* name);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(directory_); }
  [[nodiscard]] System& system() const noexcept { return *system_; }

  /// Whether all writers to this volume go through this kernel, so that a lease is broken by every one of them, and
  /// watches tell of each. On FUSE and network volumes both are granted, but nothing is seen of writers elsewhere.
  [[nodiscard]] bool is_local() const noexcept { return is_local_; }

  /// statx(2) of a directory below the root, without following a link on the way; 0 or a negative errno.
  [[nodiscard]] int stat_directory(const std::string& path, struct statx& result);

  /// The room on the volume; an error if the volume does not say, or says nonsense.
  [[nodiscard]] base::Result<base::VolumeSpace> space() const;

 private:
  [[nodiscard]] base::Result<base::FileDescriptor> open_from(int directory, const char* path);
  [[nodiscard]] base::Result<base::FileDescriptor> open_step_by_step(int directory, const std::string& path);
  [[nodiscard]] base::Result<void> stays_on_mount(int descriptor, const std::string& path) const;
  void learn_volume();

  System* system_;
  std::string path_;
  base::FileDescriptor directory_;
  std::uint64_t inode_ = 0;
  std::uint32_t device_ = 0;
  std::uint64_t mount_ = 0;
  bool is_local_ = false;
  bool openat2_missing_ = false;
};

}  // namespace reaper::volume
