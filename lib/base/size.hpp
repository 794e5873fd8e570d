#pragma once

#include <algorithm>
#include <cstdint>

namespace reaper::base {

/// The unit of `CHART_MAX_SIZE_MB` and of every `_mb` field: 1 MB is 1,048,576 bytes, as in the original service.
inline constexpr std::uint64_t k_mebibyte = 1024ULL * 1024;

/// Returns bytes as MiB, unrounded.
[[nodiscard]] constexpr double to_mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / static_cast<double>(k_mebibyte);
}

/// Returns a difference, or 0 instead of a negative one.
[[nodiscard]] constexpr std::uint64_t saturating_sub(std::uint64_t from, std::uint64_t amount) noexcept {
  return from - std::min(from, amount);
}

/// An amount of space on a volume, in bytes and inodes; either can run out.
struct Room {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;

  friend bool operator==(const Room&, const Room&) = default;
  Room& operator+=(const Room& more) noexcept {
    bytes += more.bytes;
    inodes += more.inodes;
    return *this;
  }
  /// Subtracts, but never below 0.
  Room& operator-=(const Room& less) noexcept {
    bytes = saturating_sub(bytes, less.bytes);
    inodes = saturating_sub(inodes, less.inodes);
    return *this;
  }
  [[nodiscard]] bool is_none() const noexcept { return bytes == 0 && inodes == 0; }
};

/// The space on a volume that an unprivileged writer can use.
struct VolumeSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::uint64_t total_inodes = 0;  ///< 0 if the volume has no fixed number, or does not report it
  std::uint64_t free_inodes = 0;
};

}  // namespace reaper::base
