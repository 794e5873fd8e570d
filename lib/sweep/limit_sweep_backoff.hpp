#pragma once

#include "sweep/report.hpp"

#include <chrono>
#include <cstdint>

namespace reaper::sweep {

/// How long it takes at least until so much room is used up, however fast charts are written.
[[nodiscard]] std::chrono::steady_clock::duration time_to_fill(std::uint64_t room_bytes);

/// When the next sweep for room may begin. While such sweeps find nothing that they can remove, for example as the
/// oldest chart is in use, the next one waits longer and longer.
class LimitSweepBackoff {
 public:
  using Clock = std::chrono::steady_clock;

  /// Told of every sweep. `longest` is how long a pause may become.
  void note(const Report& report, Clock::duration longest, Clock::time_point now);

  /// Other limits may make other charts removable.
  void reset() { pause_ = {}; }

  [[nodiscard]] Clock::time_point over() const { return tried_ + pause_; }

 private:
  Clock::time_point tried_{};  // when a sweep for room last could remove nothing
  Clock::duration pause_{};
};

}  // namespace reaper::sweep
