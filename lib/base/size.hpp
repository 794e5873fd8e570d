#pragma once

#include <algorithm>
#include <cstdint>

namespace reaper::base {

/// The unit of `CHART_MAX_SIZE_MB` and of every `_mb` field: 1 MB here is 1,048,576 bytes, as the original counts.
inline constexpr std::uint64_t k_mebibyte = 1024ULL * 1024;

/// Bytes as MiB, unrounded.
[[nodiscard]] constexpr double to_mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / static_cast<double>(k_mebibyte);
}

/// Room on a volume, in both things of which a volume has only so many.
struct Room {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;

  friend bool operator==(const Room&, const Room&) = default;
  Room& operator+=(const Room& more) noexcept {
    bytes += more.bytes;
    inodes += more.inodes;
    return *this;
  }
  /// More than there is leaves nothing.
  Room& operator-=(const Room& less) noexcept {
    bytes -= std::min(bytes, less.bytes);
    inodes -= std::min(inodes, less.inodes);
    return *this;
  }
  [[nodiscard]] bool is_none() const noexcept { return bytes == 0 && inodes == 0; }
};

/// The room on a volume, as an unprivileged writer has it.
struct VolumeSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::uint64_t total_inodes = 0;  ///< 0 if the volume has no fixed number of them, or does not say
  std::uint64_t free_inodes = 0;
};

}  // namespace reaper::base
