#pragma once

#include "charts/chart_record.hpp"

#include <cstdint>

namespace reaper::charts {

/// The block size of nearly all file systems (mkfs.ext4, mkfs.xfs, mkfs.btrfs, and the page of a tmpfs).
inline constexpr std::uint64_t k_block_bytes = 4096;

[[nodiscard]] constexpr std::uint64_t in_whole_blocks(std::uint64_t bytes) noexcept {
  return (bytes + k_block_bytes - 1) / k_block_bytes * k_block_bytes;
}

/// In a record: the size does not fit, and the catalog keeps it apart. No chart is anywhere near 512 MiB.
inline constexpr std::uint32_t k_is_large = (1U << k_small_bytes_bits) - 1;

/// The sizes of a chart as its record has them.
struct RecordSizes {
  RecordSizes(std::uint64_t counted_bytes, std::uint64_t allocated_bytes) noexcept
      : small_bytes(counted_bytes < k_is_large ? static_cast<std::uint32_t>(counted_bytes) : k_is_large),
        allocation(allocated_bytes == in_whole_blocks(counted_bytes) ? Allocation::whole_blocks
                   : allocated_bytes == 0                            ? Allocation::none
                                                                     : Allocation::apart) {}
  /// False if one of them has to be kept apart.
  [[nodiscard]] bool fit() const noexcept { return small_bytes != k_is_large && allocation != Allocation::apart; }

  std::uint32_t small_bytes;
  Allocation allocation;
};

}  // namespace reaper::charts
