#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reaper::sweep {

/// Counts something over the last 24 hours, in buckets of an hour each: 24 full ones and the one that is being filled.
/// So what it returns is of the last 24 hours exactly to an hour: nothing younger than 24 hours is left out.
///
/// Times are those of a clock that never goes back, such as base::Clock::since_boot().
class DailyCounts {
 public:
  void add(std::chrono::nanoseconds now, std::uint64_t count);

  /// The sum over the last 24 hours, and up to an hour more.
  [[nodiscard]] std::uint64_t last_day(std::chrono::nanoseconds now) const;

 private:
  static constexpr std::size_t k_hours = 25;

  struct Bucket {
    std::int64_t hour = -1;  // since the clock's beginning
    std::uint64_t count = 0;
  };

  [[nodiscard]] static std::int64_t hour_of(std::chrono::nanoseconds time) {
    return std::chrono::floor<std::chrono::hours>(time).count();
  }

  std::array<Bucket, k_hours> buckets_{};  // that of an hour is at its number modulo k_hours
};

}  // namespace reaper::sweep
