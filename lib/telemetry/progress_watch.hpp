#pragma once

#include <chrono>
#include <cstdint>

namespace reaper::telemetry {

/// Judges whether work that counts its steps still makes progress. Not thread-safe: one observer.
class ProgressWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `patience` is how long busy work may go without a step before it counts as hung.
  explicit ProgressWatch(std::chrono::nanoseconds patience) : patience_(patience) {}

  /// Looks once: `busy` and `steps` as they are at `now`. False if the work is busy and has been without a step for
  /// longer than the patience.
  [[nodiscard]] bool is_alive(bool busy, std::uint64_t steps, Time now);

  [[nodiscard]] std::chrono::nanoseconds patience() const noexcept { return patience_; }

 private:
  std::chrono::nanoseconds patience_;
  std::uint64_t steps_ = 0;
  Time since_{};
  bool was_busy_ = false;
};

}  // namespace reaper::telemetry
