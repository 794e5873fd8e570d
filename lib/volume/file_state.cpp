#include "volume/file_state.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace reaper::volume {
namespace {

/// No rendered chart is this large. A larger file that takes less space on disk than its size is sparse.
constexpr std::uint64_t k_largest_plausible_chart_bytes = 64 * 1024 * 1024;

constexpr std::int64_t k_furthest_ns = std::int64_t{1} << 62U;
constexpr std::int64_t k_ns_per_second = 1'000'000'000;

}  // namespace

std::uint32_t device_of(const struct statx& file) { return (file.stx_dev_major << 20U) | file.stx_dev_minor; }

std::int64_t nanoseconds(const struct statx_timestamp& time) {
  constexpr std::int64_t k_furthest_seconds = k_furthest_ns / k_ns_per_second;
  const std::int64_t seconds = std::clamp<std::int64_t>(time.tv_sec, -k_furthest_seconds, k_furthest_seconds - 1);
  return seconds * k_ns_per_second + static_cast<std::int64_t>(time.tv_nsec);
}

bool is_mount_point(const struct statx& file) {
  return (file.stx_attributes_mask & file.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

std::uint64_t counted_bytes(const struct statx& file) {
  if (file.stx_size <= k_largest_plausible_chart_bytes) return file.stx_size;
  return std::min<std::uint64_t>(file.stx_size, allocated_bytes(file));
}

std::uint64_t allocated_bytes(const struct statx& file) {
  constexpr std::uint64_t k_block_bytes = 512;  // the unit of stx_blocks on every file system (statx(2))
  return file.stx_blocks * k_block_bytes;
}

charts::ChartState chart_state(const struct statx& file, const VolumeAbilities& volume) {
  return {fingerprint(file, volume), counted_bytes(file), allocated_bytes(file), file.stx_nlink > 1};
}

charts::Fingerprint fingerprint(const struct statx& file, const VolumeAbilities& volume) {
  const std::uint64_t inode = volume.keeps_inodes() ? file.stx_ino : 0;
  return {inode, device_of(file), file.stx_size, nanoseconds(file.stx_mtime), nanoseconds(file.stx_ctime)};
}

}  // namespace reaper::volume
