#pragma once

#include <chrono>
#include <cstdint>

namespace reaper::sweep {

/// Decides when each chart may go, so that no more than `max_per_second` do.
class RemovalPace {
 public:
  using Clock = std::chrono::steady_clock;

  /// `max_per_second`: 0 for no limit.
  explicit RemovalPace(double max_per_second) : interval_(max_per_second > 0 ? 1 / max_per_second : 0) {}

  /// When the next chart may go.
  [[nodiscard]] Clock::time_point due() const {
    return began_ + std::chrono::duration_cast<std::chrono::nanoseconds>(interval_ * static_cast<double>(charts_));
  }
  /// Does not look at the clock where there is no limit.
  [[nodiscard]] bool is_due() const { return interval_ == interval_.zero() || Clock::now() >= due(); }

  /// Counts a chart that goes now.
  void count() { ++charts_; }

 private:
  std::chrono::duration<double> interval_;
  std::uint64_t charts_ = 0;
  Clock::time_point began_ = Clock::now();
};

}  // namespace reaper::sweep
