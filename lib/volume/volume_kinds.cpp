#include "volume/volume_kinds.hpp"

#include "base/list_word.hpp"
#include "base/printable.hpp"

#include <fmt/format.h>
#include <linux/magic.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::volume {
namespace {

/// A kind of volume. If only the magic number is known, the first row with that number counts.
struct KindRow {
  std::string_view type;
  std::uint32_t magic;
  VolumeAbilities abilities;
  std::string_view reason;
};

// <linux/magic.h> lacks these, or lacks them in older versions.
constexpr std::uint32_t k_zfs = 0x2fc12fc1;
constexpr std::uint32_t k_xfs = 0x58465342;
constexpr std::uint32_t k_ceph = 0x00c36400;
constexpr std::uint32_t k_smb1 = 0xff534d42;
constexpr std::uint32_t k_smb2 = 0xfe534d42;
constexpr std::uint32_t k_fuse = FUSE_SUPER_MAGIC;

constexpr Trait k_yes = Trait::yes;
constexpr Trait k_no = Trait::no;
constexpr Trait k_unsure = Trait::unknown;
constexpr TimeGranularity k_ns = TimeGranularity::nanoseconds;
constexpr TimeGranularity k_s = TimeGranularity::seconds;

/// Without this clang-format would put each promise on a line of its own.
// clang-format off
using Kind = VolumeKind;
// no_replace, hard_links, stable_inodes, directory_times, honest_free_space, time_granularity, fresh_on_open
constexpr VolumeAbilities k_local{
    Kind::local,   Leases::reliable,   Locks::this_host,    Renaming::atomic,  k_yes, k_yes, k_yes, k_yes, k_yes, k_ns};
constexpr VolumeAbilities k_local_seconds{
    Kind::local,   Leases::reliable,   Locks::this_host,    Renaming::atomic,  k_yes, k_yes, k_yes, k_yes, k_yes, k_s};
constexpr VolumeAbilities k_nfs{
    Kind::network, Leases::refused,    Locks::across_hosts, Renaming::atomic,  k_no, k_yes, k_yes, k_yes, k_yes, k_ns};
constexpr VolumeAbilities k_nfs4{
    Kind::network, Leases::unreliable, Locks::across_hosts, Renaming::atomic,  k_no, k_yes, k_yes, k_yes, k_yes, k_ns};
constexpr VolumeAbilities k_smb{
    Kind::network, Leases::unreliable, Locks::across_hosts, Renaming::atomic,
    k_yes, k_unsure, k_yes, k_unsure, k_yes, k_ns};
constexpr VolumeAbilities k_9p{
    Kind::network, Leases::unreliable, Locks::unknown,      Renaming::atomic,
    k_no, k_yes, k_unsure, k_yes, k_yes, k_ns};
constexpr VolumeAbilities k_virtiofs{
    Kind::network, Leases::unreliable, Locks::this_host,    Renaming::atomic,  k_yes, k_yes, k_yes, k_yes, k_yes, k_ns};
constexpr VolumeAbilities k_sshfs{
    Kind::network, Leases::unreliable, Locks::this_host,    Renaming::atomic,  k_no, k_unsure, k_no, k_yes, k_yes, k_s};
constexpr VolumeAbilities k_s3fs{
    Kind::bucket,  Leases::unreliable, Locks::this_host,    Renaming::copying, k_no, k_no, k_no, k_no, k_no, k_s, k_yes};
constexpr VolumeAbilities k_blobfuse2{
    Kind::bucket,  Leases::unreliable, Locks::this_host,    Renaming::copying, k_no, k_no, k_no, k_no, k_no, k_s};
constexpr VolumeAbilities k_mountpoint_s3{
    Kind::bucket,  Leases::unreliable, Locks::this_host,    Renaming::missing, k_no, k_no, k_no, k_no, k_no, k_s};
constexpr VolumeAbilities k_gcsfuse{
    Kind::bucket,  Leases::unreliable, Locks::this_host,    Renaming::copying, k_no, k_no, k_no, k_no, k_no, k_ns};

constexpr auto k_kinds = std::to_array<KindRow>({
    // Local volumes: every writer opens its file in this kernel, so every lease and every inotify event reaches us.
    {"ext", EXT4_SUPER_MAGIC, k_local_seconds, "One of ext2, ext3 and ext4; small inodes store whole seconds only."},
    {"ext2", EXT4_SUPER_MAGIC, k_local_seconds, "All writers use this kernel; small inodes store whole seconds only."},
    {"ext3", EXT4_SUPER_MAGIC, k_local_seconds, "All writers use this kernel; small inodes store whole seconds only."},
    {"ext4", EXT4_SUPER_MAGIC, k_local, "All writers use this kernel."},
    {"xfs", k_xfs, k_local, "All writers use this kernel."},
    {"btrfs", BTRFS_SUPER_MAGIC, k_local, "All writers use this kernel."},
    {"f2fs", F2FS_SUPER_MAGIC, k_local, "All writers use this kernel."},
    {"zfs", k_zfs, k_local, "All writers use this kernel."},
    {"tmpfs", TMPFS_MAGIC, k_local, "All writers use this kernel."},
    {"ramfs", RAMFS_MAGIC, k_local, "All writers use this kernel."},
    {"overlay", OVERLAYFS_SUPER_MAGIC, k_local, "All writers use this kernel; new charts are in the upper directory."},

    // Network volumes: writers on other hosts do not break a lease.
    {"nfs", NFS_SUPER_MAGIC, k_nfs, "The client refuses leases; flock is a byte-range lock of the server."},
    {"nfs4", NFS_SUPER_MAGIC, k_nfs4, "A lease needs a delegation; flock is a byte-range lock of the server."},
    {"cifs", k_smb2, k_smb, "A lease does not see other hosts; flock is a byte-range lock of the server."},
    {"cifs", k_smb1, k_smb, "A lease does not see other hosts; flock is a byte-range lock of the server."},
    {"smb3", k_smb2, k_smb, "A lease does not see other hosts; flock is a byte-range lock of the server."},
    {"ceph", k_ceph, k_nfs, "The client refuses leases; the metadata server keeps flock for all hosts."},
    {"9p", V9FS_MAGIC, k_9p, "Leases do not see the host's writes; some servers grant every lock and keep none."},
    {"fuse", k_fuse, {}, "An unknown FUSE program; the kernel may grant leases and locks without asking it."},
    {"virtiofs", k_fuse, k_virtiofs, "Leases do not see the host's writes; the guest grants locks without asking it."},
    {"fuse.sshfs", k_fuse, k_sshfs, "SFTP has no locks and no fractions of seconds; a second link has another inode."},

    // Object stores: a file is an object, and a directory only exists in the listing.
    {"fuse.s3fs", k_fuse, k_s3fs, "S3 cannot rename, so s3fs copies the object; it invents the free space."},
    {"fuse.mountpoint-s3", k_fuse, k_mountpoint_s3, "General purpose buckets cannot rename; inode numbers change."},
    {"fuse.gcsfuse", k_fuse, k_gcsfuse, "A rename copies the object, then deletes it; there are no file locks."},
    {"fuse.blobfuse2", k_fuse, k_blobfuse2, "On a flat namespace a rename copies the blob; there are no file locks."},
});
// clang-format on

/// A mount option that changes a promise.
struct OptionRow {
  std::string_view type;
  std::string_view option;
  void (*apply)(VolumeAbilities& abilities);
};

void keep_locks_here(VolumeAbilities& abilities) { abilities.locks = Locks::this_host; }
void invent_inodes(VolumeAbilities& abilities) { abilities.stable_inodes = Trait::no; }

/// nfs(5) and mount.cifs(8). The client keeps locks to itself, or makes up inode numbers.
constexpr auto k_options = std::to_array<OptionRow>({
    {"nfs", "nolock", keep_locks_here},
    {"nfs", "local_lock=all", keep_locks_here},
    {"nfs", "local_lock=flock", keep_locks_here},
    {"nfs4", "nolock", keep_locks_here},
    {"nfs4", "local_lock=all", keep_locks_here},
    {"nfs4", "local_lock=flock", keep_locks_here},
    {"cifs", "nobrl", keep_locks_here},
    {"smb3", "nobrl", keep_locks_here},
    {"cifs", "noserverino", invent_inodes},
    {"smb3", "noserverino", invent_inodes},
});

/// Returns the first row that passes the test, or null.
template <class Test>
const KindRow* find_row(Test is_wanted) {
  const auto row = std::ranges::find_if(k_kinds, is_wanted);
  return row == k_kinds.end() ? nullptr : &*row;
}

const KindRow* row_of(std::string_view type, std::uint32_t magic) {
  return find_row([&](const KindRow& row) { return row.type == type && row.magic == magic; });
}

/// Mountpoint for S3 mounts as `fuse` without a subtype, and has its name as the source.
std::string full_type(const Mount& mount) {
  std::string with_source = "fuse." + mount.source;
  return mount.type == "fuse" && row_of(with_source, k_fuse) != nullptr ? with_source : mount.type;
}

VolumeTraits traits_from(const KindRow& row) {
  VolumeTraits traits;
  static_cast<VolumeAbilities&>(traits) = row.abilities;
  traits.type = row.type;
  traits.reason = row.reason;
  return traits;
}

VolumeTraits traits_by_magic(std::uint32_t magic) {
  if (const KindRow* const row = find_row([&](const KindRow& one) { return one.magic == magic; })) {
    VolumeTraits traits = traits_from(*row);
    // The mount options are not known. They may keep locks on this host.
    if (traits.locks == Locks::across_hosts) traits.locks = Locks::unknown;
    return traits;
  }
  VolumeTraits traits;
  traits.type = fmt::format("0x{:x}", magic);
  traits.reason = "This file system is not known to chart-reaper.";
  return traits;
}

}  // namespace

VolumeTraits traits_of(std::uint32_t magic, const std::optional<Mount>& mount) {
  if (!mount) return traits_by_magic(magic);
  const std::string type = full_type(*mount);
  const KindRow* const row = row_of(type, magic);
  if (row == nullptr) {
    VolumeTraits traits = traits_by_magic(magic);
    const bool contradicts = find_row([&](const KindRow& one) { return one.type == type; }) != nullptr;
    if (!contradicts) traits.type = base::printable(type);
    return traits;
  }
  VolumeTraits traits = traits_from(*row);
  for (const OptionRow& option : k_options)
    if (option.type == type && base::has_list_word(mount->options, option.option)) option.apply(traits);
  return traits;
}

VolumeTraits traits_of_bucket(std::string type) {
  VolumeTraits traits = traits_from(
      {{}, k_fuse, k_gcsfuse, "It reports a pebibyte or more, with no block in use. Object stores do that."});
  traits.time_granularity = TimeGranularity::unknown;
  traits.type = std::move(type);
  return traits;
}

}  // namespace reaper::volume
