#pragma once

#include <chrono>
#include <cstdint>

namespace reaper::sweep {

/// Spaces removals in time, so that at most `max_per_second` happen.
class RemovalPace {
 public:
  using Clock = std::chrono::steady_clock;

  /// `max_per_second`: 0 for no limit.
  explicit RemovalPace(double max_per_second) : interval_(max_per_second > 0 ? 1 / max_per_second : 0) {}

  /// Returns the time at which the next chart may be removed.
  [[nodiscard]] Clock::time_point due() const {
    return began_ + std::chrono::duration_cast<std::chrono::nanoseconds>(interval_ * static_cast<double>(charts_));
  }
  /// Returns true if the next chart may be removed now. Reads no clock if there is no limit.
  [[nodiscard]] bool is_due() const { return interval_ == interval_.zero() || Clock::now() >= due(); }

  /// Counts a chart that is removed now.
  void count() { ++charts_; }

 private:
  std::chrono::duration<double> interval_;
  std::uint64_t charts_ = 0;
  Clock::time_point began_ = Clock::now();
};

}  // namespace reaper::sweep
