#include "sweep/left_charts.hpp"

#include <algorithm>
#include <utility>

namespace reaper::sweep {

using volume::Outcome;

void LeftCharts::note(const charts::ChartSnapshot& chart, Outcome outcome) {
  if (outcome == Outcome::busy) ++busy_;
  else if (outcome == Outcome::changed) ++changed_;
  else ++otherwise_;
  const bool is_left = outcome == Outcome::busy || outcome == Outcome::changed;
  if (is_left && left_.size() < k_too_many_for_writers) left_.push_back({chart.path(), chart.modified_ns, {}});
}

LeftCharts::Verdict LeftCharts::end_sweep(bool is_local_volume, std::chrono::nanoseconds since_boot) {
  Verdict verdict{std::exchange(busy_, 0), std::exchange(changed_, 0), {}};
  const bool all_were_left = std::exchange(otherwise_, 0) == 0 && !left_.empty();
  if (!all_were_left) left_.clear();
  const std::chrono::nanoseconds first_left = remember(since_boot);
  if (!all_were_left) return verdict;

  if (!is_local_volume)
    verdict.likely = "this kind of volume lacks what removals need, such as stable inode numbers or locks";
  else if (verdict.busy + verdict.changed >= k_too_many_for_writers)
    verdict.likely = "another program keeps them open or locked, or changes all of them";
  else if (since_boot - first_left >= k_max_write_time)
    verdict.likely = "another program keeps them open for writing, or locked, without writing";
  return verdict;
}

std::chrono::nanoseconds LeftCharts::remember(std::chrono::nanoseconds since_boot) {
  std::chrono::nanoseconds first = since_boot;
  for (Left& left : left_) {
    const auto same = std::find_if(before_.begin(), before_.end(), [&](const Left& before) {
      return before.path == left.path && before.modified_ns == left.modified_ns;
    });
    left.since = same == before_.end() ? since_boot : same->since;
    first = std::min(first, left.since);
  }
  before_ = std::exchange(left_, {});
  return first;
}

}  // namespace reaper::sweep
