// How the catalog tells what a scan has come by from what is gone.

#include "charts/catalog.hpp"

#include <algorithm>

namespace reaper::charts {

void Catalog::begin_scan() {
  ++round_;
  now_ns_ = INT64_MIN;  // the clock may have been set back
}

void Catalog::begin_reading(DirectoryIndex directory) {
  Directory& home = directories_[directory];
  home.round = round_;
  home.complete = true;
  home.changed = false;
  home.subdirectories = 0;
  home.others = 0;
  for (ChartIndex i = home.first_chart; i != k_no_chart; i = charts_[i].next) charts_[i].seen = 0;
  reading_ = {directory, home.charts, 0};
}

std::size_t Catalog::forget_unseen_charts(DirectoryIndex directory) {
  if (directory == reading_.directory && reading_.unseen == 0) return 0;
  std::vector<ChartIndex> unseen;
  for (ChartIndex i = directories_[directory].first_chart; i != k_no_chart;) {
    const Chart& chart = charts_[i];
    if (chart.seen == 0 && chart.slot != k_nowhere) unseen.push_back(i);
    i = chart.next;
  }
  for (const ChartIndex chart : unseen) forget(chart);
  return unseen.size();
}

bool Catalog::is_unseen(DirectoryIndex index) const {
  const Directory& directory = directories_[index];
  if (!directory.known || index == k_root || directory.round == round_) return false;
  const Directory& parent = directories_[directory.parent];
  return parent.round == round_ && parent.complete;
}

std::vector<DirectoryIndex> Catalog::unseen_directories(DirectoryIndex top) const {
  const auto is_below = [&](DirectoryIndex index) {
    while (index != top && index != k_root) index = directories_[index].parent;
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
    if (is_unseen(i) && std::binary_search(parents.begin(), parents.end(), directories_[i].parent)) unseen.push_back(i);
  return unseen;
}

}  // namespace reaper::charts
