#include "volume/learn_volume.hpp"

#include "volume/mount_table.hpp"
#include "volume/volume_kinds.hpp"
#include "volume/volume_space.hpp"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::volume {
namespace {

using Clock = std::chrono::steady_clock;

/// An odd number for the median: one slow or one cached call does not change the result.
constexpr std::size_t k_timed_calls = 5;

/// A volume this slow needs no more samples, and the start of the program waits for them.
constexpr std::chrono::seconds k_longest_timing{1};

/// Returns the median time of a call that must reach the volume. Without AT_STATX_FORCE_SYNC the client would answer
/// from its cache.
std::optional<std::chrono::microseconds> time_call(System& system, int descriptor) {
  std::vector<Clock::duration> times;
  const auto began = Clock::now();
  for (auto before = began; times.size() < k_timed_calls && before - began < k_longest_timing;) {
    struct statx self {};
    if (system.stat_synced_at(descriptor, "", self) < 0) return {};
    const auto after = Clock::now();
    times.push_back(after - before);
    before = after;
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return std::chrono::ceil<std::chrono::microseconds>(*middle);
}

/// Returns the mount of the root; nothing without /proc. The sandbox allows the read, see System::read_mount_table. If
/// the program could not open the table at its start, it does not know the mount of a root that is replaced inside the
/// sandbox either. Then it only has statfs(2).
std::optional<Mount> mount_of(System& system, const OpenRoot& root) {
  std::string table;
  if (system.read_mount_table(table) < 0) return {};
  MountKey key{.device_major = root.self.stx_dev_major, .device_minor = root.self.stx_dev_minor, .path = root.path};
  if ((root.self.stx_mask & STATX_MNT_ID) != 0) key.id = root.self.stx_mnt_id;
  return find_mount(table, key);
}

/// Returns true for a FUSE program that invents its space. Some drivers mount gcsfuse and others without a name of
/// their own, so only the space shows the bucket. A file system with blocks uses some of them for itself.
bool is_unnamed_bucket(const VolumeTraits& traits, const struct statfs& volume) {
  constexpr std::uint64_t k_pebibyte = std::uint64_t{1} << 50U;
  const auto blocks = static_cast<std::uint64_t>(volume.f_blocks);
  const auto block_bytes = static_cast<std::uint64_t>(volume.f_frsize != 0 ? volume.f_frsize : volume.f_bsize);
  const bool is_unknown_fuse = traits.kind == VolumeKind::unknown && volume.f_type == FUSE_SUPER_MAGIC;
  return is_unknown_fuse && block_bytes != 0 && blocks >= k_pebibyte / block_bytes && volume.f_bfree == volume.f_blocks;
}

/// Returns `yes` if the root is the top directory of its file system. An emptyDir is mounted, but it is a directory of
/// the node's disk. Kernels before 5.8 do not report mount points.
Trait is_whole(const struct statx& self, const std::optional<Mount>& mount) {
  if (!mount || (self.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0) return Trait::unknown;
  return (self.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 && mount->top == "/" ? Trait::yes : Trait::no;
}

}  // namespace

/// Leases, locks, renames and links are not tried. A lease needs a file, a rename and a link change the directory, and
/// a lock that is granted proves nothing: the kernel grants it on this host if the FUSE program has no locks.
VolumeTraits learn_volume(System& system, const OpenRoot& root) {
  struct statfs volume {};
  if (system.stat_volume(root.descriptor, volume) < 0) return {};
  const std::optional<Mount> mount = mount_of(system, root);
  // The type of f_type differs between architectures; the magic numbers have 32 bits.
  VolumeTraits traits = traits_of(static_cast<std::uint32_t>(volume.f_type), mount);
  if (is_unnamed_bucket(traits, volume)) traits = traits_of_bucket(std::move(traits.type));
  traits.whole = is_whole(root.self, mount);
  if (!plausible_space(volume)) traits.honest_free_space = Trait::no;
  traits.call_time = time_call(system, root.descriptor);
  return traits;
}

}  // namespace reaper::volume
