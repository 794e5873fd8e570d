#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace stress {

/// A histogram of durations, exact to about 6 %: sixteen buckets for each power of two. It has a fixed size and no
/// pointers, so it can be in memory shared between processes.
class Latency {
 public:
  void add(std::chrono::nanoseconds time);
  void merge(const Latency& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double max_us() const { return static_cast<double>(max_ns_) / 1000; }

  /// Returns the time in microseconds that this share (0 to 1) of the calls did not exceed; 0 without calls.
  [[nodiscard]] double percentile_us(double share) const;

 private:
  static constexpr std::size_t k_per_power = 16;

  std::array<std::uint64_t, 64 * k_per_power> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ns_ = 0;
};

}  // namespace stress
