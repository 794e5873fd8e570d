#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reaper::sweep {

/// What was on the volume at one time.
struct UsagePoint {
  base::FileTime at;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

/// What was on the volume over time: all of the first day, then the last. It begins with a point a second; when it is
/// full, it drops every second point and goes on at half the rate, until its points are two minutes apart.
class UsageTimeline {
 public:
  /// More points than a screen has room for say nothing more; at the longest step they cover 25 hours.
  static constexpr std::size_t k_max_points = 720;
  static constexpr std::chrono::seconds k_max_step{128};

  /// The latest values of a step are the ones that stay. If the clock went back, what lies ahead of it is forgotten.
  void note(UsagePoint point);

  /// Oldest first.
  [[nodiscard]] const std::vector<UsagePoint>& points() const noexcept { return points_; }

 private:
  void make_room();

  std::vector<UsagePoint> points_;
  std::chrono::seconds step_{1};
};

}  // namespace reaper::sweep
