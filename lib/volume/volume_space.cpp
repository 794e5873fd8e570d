#include "volume/volume_space.hpp"

#include <sys/statfs.h>

#include <cstdint>

namespace reaper::volume {

std::optional<base::VolumeSpace> plausible_space(const struct statfs& volume) {
  const auto block_bytes = static_cast<std::uint64_t>(volume.f_frsize != 0 ? volume.f_frsize : volume.f_bsize);
  // Object stores report sizes near 2^64. Figures that overflow or exceed the volume's size are useless.
  std::uint64_t total = 0;
  if (volume.f_blocks == 0 || volume.f_bavail > volume.f_blocks ||
      __builtin_mul_overflow(static_cast<std::uint64_t>(volume.f_blocks), block_bytes, &total) || total >> 62U != 0)
    return {};
  base::VolumeSpace space{.total_bytes = total,
                          .free_bytes = static_cast<std::uint64_t>(volume.f_bavail) * block_bytes};
  // btrfs and vfat have no fixed number of inodes and report 0. More free inodes than inodes is useless, too.
  if (volume.f_ffree <= volume.f_files) {
    space.total_inodes = volume.f_files;
    space.free_inodes = volume.f_ffree;
  }
  return space;
}

}  // namespace reaper::volume
