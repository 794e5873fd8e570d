#pragma once

#include "charts/chart_record.hpp"

#include <cstdint>

namespace reaper::charts {

/// The block size of nearly all file systems (mkfs.ext4, mkfs.xfs, mkfs.btrfs; the page size on tmpfs).
inline constexpr std::uint64_t k_block_bytes = 4096;

[[nodiscard]] constexpr std::uint64_t in_whole_blocks(std::uint64_t bytes) noexcept {
  return (bytes + k_block_bytes - 1) / k_block_bytes * k_block_bytes;
}

/// Marks a record whose size the catalog stores apart. No chart comes near 512 MiB.
inline constexpr std::uint32_t k_is_large = (1U << k_small_bytes_bits) - 1;

/// The sizes of a chart in the form of its record.
struct RecordSizes {
  RecordSizes(std::uint64_t counted_bytes, std::uint64_t allocated_bytes) noexcept
      : small_bytes(counted_bytes < k_is_large ? static_cast<std::uint32_t>(counted_bytes) : k_is_large),
        allocation(allocated_bytes == in_whole_blocks(counted_bytes) ? Allocation::whole_blocks
                   : allocated_bytes == 0                            ? Allocation::none
                                                                     : Allocation::apart) {}
  /// Returns false if one of the sizes must be stored apart.
  [[nodiscard]] bool fit() const noexcept { return small_bytes != k_is_large && allocation != Allocation::apart; }

  std::uint32_t small_bytes;
  Allocation allocation;
};

}  // namespace reaper::charts
