#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::volume {

/// The place where a volume keeps its files.
enum class VolumeKind : std::uint8_t {
  local,    ///< on this machine, and all writers go through this kernel
  network,  ///< on a server that other machines may use, too
  bucket,   ///< in an object store
  unknown,
};

/// The use of a read lease (fcntl(2) F_SETLEASE).
enum class Leases : std::uint8_t {
  reliable,    ///< a lease sees every writer
  unreliable,  ///< the kernel may grant a lease, but it does not see writers on other machines
  refused,     ///< the kernel grants none
};

/// The reach of flock(2).
enum class Locks : std::uint8_t {
  this_host,     ///< other hosts do not see the lock
  across_hosts,  ///< the server keeps the lock for all hosts
  unknown,       ///< a lock may be granted, but that proves nothing
};

/// The way in which a volume renames a file.
enum class Renaming : std::uint8_t {
  atomic,
  copying,  ///< it copies the file and deletes the old one; a crash or another writer can come in between
  missing,
  unknown,
};

/// One promise of a volume. Treat `unknown` like `no`.
enum class Trait : std::uint8_t { yes, no, unknown };

/// Returns true for `yes`, false for `no`; nothing for `unknown`.
[[nodiscard]] constexpr std::optional<bool> known(Trait trait) noexcept {
  if (trait == Trait::unknown) return {};
  return trait == Trait::yes;
}

/// The smallest difference between two file times.
enum class TimeGranularity : std::uint8_t { nanoseconds, seconds, unknown };

/// The promises of a kind of volume. The default is the weakest of each.
struct VolumeAbilities {
  VolumeKind kind = VolumeKind::unknown;
  Leases leases = Leases::unreliable;
  Locks locks = Locks::unknown;
  Renaming rename = Renaming::unknown;
  Trait no_replace = Trait::unknown;         ///< renameat2(2) RENAME_NOREPLACE works
  Trait hard_links = Trait::unknown;         ///< linkat(2) works
  Trait stable_inodes = Trait::unknown;      ///< a file keeps its inode number, and its links share that
  Trait directory_times = Trait::unknown;    ///< a directory's modification time changes with its entries
  Trait honest_free_space = Trait::unknown;  ///< statfs(2) reports the real free space
  TimeGranularity time_granularity = TimeGranularity::unknown;
  Trait fresh_on_open = Trait::unknown;  ///< open(2) asks the server for the present state, and moves no content

  /// Returns false if the mount may give an unchanged file another inode number at any time, as mounts of buckets do
  /// once the kernel has dropped the inode.
  [[nodiscard]] constexpr bool keeps_inodes() const noexcept {
    return kind != VolumeKind::bucket || stable_inodes == Trait::yes;
  }
};

/// All that is known about the volume of the chart directory. Learned once, when the root is opened; never changes.
struct VolumeTraits : VolumeAbilities {
  std::string type = "unknown";  ///< file-system type as in mountinfo, e.g. `nfs4` or `fuse.sshfs`; printable
  std::string_view reason = "The volume has not been examined.";  ///< a sentence: why these promises
  std::optional<std::chrono::microseconds> call_time;  ///< median time of a statx(2) of the root; empty if it failed
  Trait whole = Trait::unknown;  ///< the chart directory is the top directory of the volume, not a part of it

  /// Returns true if all writers to this volume go through this kernel. Then each of them breaks a lease and triggers
  /// inotify. FUSE and network volumes may grant both, but see no writers on other machines.
  [[nodiscard]] bool is_local() const noexcept { return kind == VolumeKind::local; }

  /// Returns true if a new time of a directory shows that its entries changed, and an old time that they did not. An
  /// unknown promise proves nothing.
  [[nodiscard]] bool shows_changes() const noexcept { return directory_times == Trait::yes; }
};

// One word each, for log, metrics and JSON.
[[nodiscard]] std::string_view to_string(VolumeKind kind) noexcept;
[[nodiscard]] std::string_view to_string(Leases leases) noexcept;
[[nodiscard]] std::string_view to_string(Locks locks) noexcept;
[[nodiscard]] std::string_view to_string(Renaming rename) noexcept;
[[nodiscard]] std::string_view to_string(TimeGranularity granularity) noexcept;

/// Returns one line for people, e.g. `nfs4 (network): no reliable leases, locks across hosts, atomic rename, stable
/// inode numbers, 180 us a call`.
[[nodiscard]] std::string describe(const VolumeTraits& volume);

}  // namespace reaper::volume
