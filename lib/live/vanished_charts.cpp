#include "live/vanished_charts.hpp"

#include <algorithm>
#include <iterator>

namespace reaper::live {

void VanishedCharts::note_gone(charts::ChartIndex index, std::uint32_t move) {
  if (!catalog_->chart(index).is_excluded())
    add({.chart = catalog_->snapshot_of(index), .move = move, .is_last_look = move == 0});
}

void VanishedCharts::note_gone_directory(charts::DirectoryIndex directory, std::uint32_t move) {
  catalog_->for_each_chart(directory, [&](charts::ChartIndex chart) { note_gone(chart, move); });
}

void VanishedCharts::add(Waiting waiting) {
  if (waiting_.size() < k_max_remembered) waiting_.push_back(std::move(waiting));
  else ++further_gone_;
}

void VanishedCharts::note_came(std::int64_t modified_ns, std::uint64_t counted_bytes) {
  if (came_.size() < k_max_remembered) came_.emplace_back(modified_ns, counted_bytes);
  else ++further_came_;
}

void VanishedCharts::note_moved(std::uint32_t move) {
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.move == move; });
}

void VanishedCharts::note_renamed(std::string_view directory, std::string_view name, std::uint32_t move) {
  std::erase_if(waiting_, [&](Waiting& waiting) {
    if (waiting.chart.name != name || waiting.chart.directory != directory) return false;
    waiting.move = move;
    waiting.is_last_look = false;
    return move == 0;
  });
}

void VanishedCharts::settle() {
  std::vector<Content> gone;
  std::vector<Waiting> still_waiting;
  for (Waiting& waiting : waiting_) {
    if (is_back(waiting.chart)) continue;
    if (waiting.is_last_look) gone.emplace_back(waiting.chart.modified_ns, waiting.chart.counted_bytes);
    else still_waiting.push_back({std::move(waiting.chart), waiting.move, true});
  }
  waiting_ = std::move(still_waiting);
  std::sort(gone.begin(), gone.end());
  std::sort(came_.begin(), came_.end());
  std::vector<Content> vanished;
  std::set_difference(gone.begin(), gone.end(), came_.begin(), came_.end(), std::back_inserter(vanished));
  count_ += vanished.size() + further_gone_ - std::min(further_gone_, further_came_);
  further_gone_ = 0;
  came_.clear();
  further_came_ = 0;
}

void VanishedCharts::clear() {
  waiting_.clear();
  further_gone_ = 0;
  came_.clear();
  further_came_ = 0;
}

bool VanishedCharts::is_back(const charts::ChartSnapshot& chart) const {
  const charts::DirectoryIndex directory = catalog_->find_directory(chart.directory);
  return directory != charts::k_no_directory && catalog_->find(directory, chart.name) != charts::k_no_chart;
}

}  // namespace reaper::live
