#include "live/unsettled_charts.hpp"

#include <algorithm>
#include <utility>

namespace reaper::live {

void UnsettledCharts::add(ChartKey key) {
  if (full() && !waits_.contains(key)) return;
  waits_[std::move(key)] = {clock_->since_boot() + k_shortest_wait, k_shortest_wait};
}

void UnsettledCharts::remove(const ChartKey& key) { waits_.erase(key); }

std::vector<UnsettledCharts::ChartKey> UnsettledCharts::take_due() {
  std::vector<ChartKey> due;
  if (waits_.empty()) return due;
  const auto now = clock_->since_boot();
  for (auto& [key, wait] : waits_) {
    if (wait.due > now) continue;
    due.push_back(key);
    wait.time *= 2;
    wait.due = now + wait.time;
  }
  std::erase_if(waits_, [](const auto& entry) { return entry.second.time > k_max_wait; });
  return due;
}

std::optional<std::chrono::nanoseconds> UnsettledCharts::until_due() const {
  if (waits_.empty()) return {};
  const auto next = std::min_element(waits_.begin(), waits_.end(), [](const auto& left, const auto& right) {
    return left.second.due < right.second.due;
  });
  return std::max(next->second.due - clock_->since_boot(), std::chrono::nanoseconds::zero());
}

}  // namespace reaper::live
