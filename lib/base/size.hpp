#pragma once

#include <cstdint>

namespace reaper::base {

/// The unit of `CHART_MAX_SIZE_MB` and of every `_mb` field: 1 MB here is 1,048,576 bytes, as the original counts.
inline constexpr std::uint64_t k_mebibyte = 1024ULL * 1024;

/// Bytes as MiB, unrounded.
[[nodiscard]] constexpr double to_mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / static_cast<double>(k_mebibyte);
}

/// The room on a volume, as an unprivileged writer has it.
struct VolumeSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;
};

}  // namespace reaper::base
