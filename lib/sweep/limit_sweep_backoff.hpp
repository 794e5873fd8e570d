#pragma once

#include "sweep/report.hpp"

#include <chrono>
#include <cstdint>

namespace reaper::sweep {

/// Returns the shortest time in which writers can fill this much room.
[[nodiscard]] std::chrono::steady_clock::duration time_to_fill(std::uint64_t room_bytes);

/// Delays limit sweeps. While such sweeps remove nothing, for example because the oldest chart is in use, the delay
/// doubles.
class LimitSweepBackoff {
 public:
  using Clock = std::chrono::steady_clock;

  /// Notes that a sweep with any trigger ended at `now`. `max_delay` limits the delay.
  void note(const Report& report, Clock::duration max_delay, Clock::time_point now);

  /// Allows the next sweep at once, because new limits may make other charts removable.
  void reset() { delay_ = {}; }

  [[nodiscard]] Clock::time_point earliest_sweep() const { return last_fruitless_ + delay_; }

 private:
  Clock::time_point last_fruitless_{};  // the end of the last sweep that left too little room and removed nothing
  Clock::duration delay_{};
};

}  // namespace reaper::sweep
