#pragma once

#include "sweep/report.hpp"

#include <chrono>
#include <cstdint>

namespace reaper::sweep {

/// The shortest time in which writers can use up this much room.
[[nodiscard]] std::chrono::steady_clock::duration time_to_fill(std::uint64_t room_bytes);

/// When the next sweep by a limit may begin. While such sweeps cannot remove anything, for example because the oldest
/// chart is in use, the delay between them doubles.
class LimitSweepBackoff {
 public:
  using Clock = std::chrono::steady_clock;

  /// Notes a sweep of any trigger that ended at `now`. `max_delay` is how long the delay may become.
  void note(const Report& report, Clock::duration max_delay, Clock::time_point now);

  /// Lets the next sweep begin at once: other limits may make other charts removable.
  void reset() { delay_ = {}; }

  [[nodiscard]] Clock::time_point earliest_sweep() const { return last_fruitless_ + delay_; }

 private:
  Clock::time_point last_fruitless_{};  // the end of the last sweep that left too little room and removed nothing
  Clock::duration delay_{};
};

}  // namespace reaper::sweep
