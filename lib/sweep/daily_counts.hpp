#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reaper::sweep {

/// Counts events over the last 24 hours, in hourly buckets: 24 full ones and the current one. So the sum covers the
/// last 24 hours completely, and up to an hour more.
///
/// Times must come from a clock that never goes back, such as base::Clock::since_boot().
class DailyCounts {
 public:
  void add(std::chrono::nanoseconds now, std::uint64_t count);

  /// Returns the sum over the last 24 hours, and up to an hour more.
  [[nodiscard]] std::uint64_t last_day(std::chrono::nanoseconds now) const;

 private:
  static constexpr std::size_t k_hours = 25;

  struct Bucket {
    std::int64_t hour = -1;  // since the start of the clock
    std::uint64_t count = 0;
  };

  [[nodiscard]] static std::int64_t hour_of(std::chrono::nanoseconds time) {
    return std::chrono::floor<std::chrono::hours>(time).count();
  }

  std::array<Bucket, k_hours> buckets_{};  // index: the hour modulo k_hours
};

}  // namespace reaper::sweep
