#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace reaper::charts {

/// Counts sizes in steps of a quarter of a power of two, so that a percentile takes constant time. Counting a size
/// costs a few instructions.
class SizeHistogram {
 public:
  void add(std::uint64_t bytes) noexcept { ++counts_[step_of(bytes)]; }
  /// Undoes add().
  void remove(std::uint64_t bytes) noexcept { --counts_[step_of(bytes)]; }

  /// Returns the size that at most `exceptions` of the counted sizes exceed, rounded up to the end of its step. Returns
  /// 0 if no more than `exceptions` sizes are counted.
  [[nodiscard]] std::uint64_t largest_but(std::uint64_t exceptions) const noexcept {
    std::uint64_t larger = 0;
    for (std::size_t step = k_steps; step-- > 0;) {
      larger += counts_[step];
      if (larger > exceptions) return last_of(step);
    }
    return 0;
  }

 private:
  // Sizes on volumes are whole blocks, nearly always of 4 KiB.
  static constexpr unsigned k_block_bits = 12;
  static constexpr unsigned k_steps_bits = 2;  // log2 of the steps between two powers of two
  static constexpr std::size_t k_steps = (64 - k_block_bits - k_steps_bits + 1) << k_steps_bits;

  [[nodiscard]] static std::size_t step_of(std::uint64_t bytes) noexcept {
    const std::uint64_t blocks = bytes >> k_block_bits;
    if (blocks < (1U << k_steps_bits)) return blocks;
    const auto shift = static_cast<unsigned>(std::bit_width(blocks)) - k_steps_bits - 1;
    return (std::size_t{shift} << k_steps_bits) + (blocks >> shift);
  }

  /// Returns the largest size in the step, in bytes.
  [[nodiscard]] static std::uint64_t last_of(std::size_t step) noexcept {
    constexpr std::size_t k_first_scaled = 2U << k_steps_bits;
    if (step < k_first_scaled) return std::uint64_t{step} << k_block_bits;
    const std::size_t shift = (step >> k_steps_bits) - 1;
    const std::uint64_t begin = (step & ((1U << k_steps_bits) - 1)) | (1U << k_steps_bits);
    return (((begin + 1) << shift) - 1) << k_block_bits;
  }

  std::array<std::uint32_t, k_steps> counts_{};
};

}  // namespace reaper::charts
