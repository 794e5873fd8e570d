#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reaper::sweep {

/// The charts on the volume at one time.
struct UsagePoint {
  base::FileTime at;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

/// The usage of the volume over time: first all of the first day, then the last day. It starts with a point a second.
/// When it is full, it drops every second point and doubles the step, up to about two minutes.
class UsageTimeline {
 public:
  /// A screen cannot show more points. At the longest step they cover 25 hours.
  static constexpr std::size_t k_max_points = 720;
  static constexpr std::chrono::seconds k_max_step{128};

  /// Adds a point. Within one step the latest values replace earlier ones. If the clock went back, drops the points
  /// that are now in the future.
  void note(UsagePoint point);

  /// Returns the points, oldest first.
  [[nodiscard]] const std::vector<UsagePoint>& points() const noexcept { return points_; }

 private:
  void make_room();

  std::vector<UsagePoint> points_;
  std::chrono::seconds step_{1};
};

}  // namespace reaper::sweep
