// The catalog's part in scans: it tells found directories and charts from lost ones.

#include "charts/catalog.hpp"

#include <algorithm>

namespace reaper::charts {

void Catalog::begin_scan() {
  ++round_;
  now_ns_ = INT64_MIN;  // the clock may have been set back since
}

void Catalog::mark_unseen(const Directory& directory) {
  for (ChartIndex i = directory.first_chart_; i != k_no_chart; i = charts_[i].next_) charts_[i].seen_ = 0;
}

void Catalog::for_each_unseen_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const {
  for_each_chart(directory, [&](ChartIndex chart) {
    if (charts_[chart].seen_ == 0) visit(chart);
  });
}

bool Catalog::is_unseen(DirectoryIndex index) const {
  const Directory& directory = directories_[index];
  if (!directory.known_ || index == k_root || directory.round_ == round_) return false;
  const Directory& parent = directories_[directory.parent_];
  return parent.round_ == round_ && parent.complete_;
}

std::vector<DirectoryIndex> Catalog::unseen_directories(DirectoryIndex top) const {
  const auto is_below = [&](DirectoryIndex index) {
    while (index != top && index != k_root) index = directories_[index].parent_;
    return index == top;
  };
  std::vector<DirectoryIndex> unseen;
  for (DirectoryIndex i = 0; i < directories_.size(); ++i)
    if (is_unseen(i) && is_below(i)) unseen.push_back(i);
  return unseen;
}

std::vector<DirectoryIndex> Catalog::unseen_children(const std::vector<DirectoryIndex>& parents) const {
  std::vector<DirectoryIndex> unseen;
  for (DirectoryIndex i = 0; i < directories_.size(); ++i)
    if (is_unseen(i) && std::binary_search(parents.begin(), parents.end(), directories_[i].parent_))
      unseen.push_back(i);
  return unseen;
}

}  // namespace reaper::charts
