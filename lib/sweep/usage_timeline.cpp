#include "sweep/usage_timeline.hpp"

namespace reaper::sweep {

void UsageTimeline::note(UsagePoint point) {
  while (!points_.empty() && points_.back().at > point.at) points_.pop_back();
  if (!points_.empty() && point.at - points_.back().at < step_) {
    points_.back().bytes = point.bytes;
    points_.back().files = point.files;
    return;
  }
  if (points_.size() == k_max_points) make_room();
  points_.push_back(point);
}

void UsageTimeline::make_room() {
  if (step_ >= k_max_step) {
    points_.erase(points_.begin());
    return;
  }
  // Keep every second point, including the last.
  std::size_t kept = 0;
  for (std::size_t i = 1; i < points_.size(); i += 2) points_[kept++] = points_[i];
  points_.resize(kept);
  step_ *= 2;
}

}  // namespace reaper::sweep
