#pragma once

#include <chrono>
#include <cstdint>

namespace reaper::telemetry {

/// Decides if work that counts its steps still makes progress. Not thread-safe.
class ProgressWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Busy work without a step for longer than `patience` counts as hung.
  explicit ProgressWatch(std::chrono::nanoseconds patience) : patience_(patience) {}

  /// Takes `busy` and `steps` at `now`. Returns false if the work has been busy without a step for longer than the
  /// patience.
  [[nodiscard]] bool is_alive(bool busy, std::uint64_t steps, Time now);

  [[nodiscard]] std::chrono::nanoseconds patience() const noexcept { return patience_; }

 private:
  std::chrono::nanoseconds patience_;
  std::uint64_t steps_ = 0;
  Time since_{};
  bool was_busy_ = false;
};

}  // namespace reaper::telemetry
