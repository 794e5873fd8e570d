// The catalog's part in plans: exclusions, charts from the future and the order of paths.

#include "charts/catalog.hpp"

#include <functional>
#include <vector>

namespace reaper::charts {

void Catalog::exclude_from_plan(ChartIndex index) {
  Chart& chart = charts_[index];
  if (chart.is_excluded()) return;
  chart.excluded_ = 1;
  excluded_bytes_ += counted_bytes(index);
  excluded_.push_back(index);
}

void Catalog::end_exclusions() {
  // A record that was used for another chart meanwhile has already lost its mark.
  for (const ChartIndex index : excluded_) end_exclusion(index);
  std::vector<ChartIndex>().swap(excluded_);
}

void Catalog::for_each_future_chart(const std::function<void(ChartIndex)>& visit) const {
  for (const ChartIndex index : future_charts_) visit(index);
}

bool Catalog::path_before(ChartIndex left, ChartIndex right) const {
  const Chart& one = charts_[left];
  const Chart& other = charts_[right];
  const bool are_flat = directories_[one.directory_].level_ <= 1 && directories_[other.directory_].level_ <= 1;
  if (!are_flat) return path(one) < path(other);
  // The path of a directory at level 0 or 1 is its name, so no path must be built.
  return compare_paths({name(directories_[one.directory_]), name(one)},
                       {name(directories_[other.directory_]), name(other)}) < 0;
}

}  // namespace reaper::charts
