#include "charts/reading.hpp"

#include <cassert>
#include <vector>

namespace reaper::charts {

Reading::Reading(Catalog& catalog, DirectoryIndex directory) : catalog_(&catalog), directory_(directory) {
  assert(catalog.reading_.directory == k_no_directory);
  Directory& home = catalog.directories_[directory];
  home.round_ = catalog.round_;
  catalog.set_complete(home, true);
  home.changed_ = false;
  home.subdirectories_ = 0;
  home.others_ = 0;
  catalog.mark_unseen(home);
  catalog.reading_ = {directory, home.charts_, 0};
}

Reading::~Reading() {
  fail();
  if (is_open()) catalog_->reading_ = {};
}

void Reading::add_subdirectories(std::uint32_t count) {
  if (is_open()) catalog_->directories_[directory_].subdirectories_ += count;
}

void Reading::add_others(std::uint32_t count) {
  if (is_open()) catalog_->directories_[directory_].others_ += count;
}

void Reading::fail() {
  if (is_open()) catalog_->mark_incomplete(directory_);
}

void Reading::for_each_unseen_chart(const std::function<void(ChartIndex)>& visit) const {
  if (is_open() && catalog_->reading_.unseen != 0) catalog_->for_each_unseen_chart(directory_, visit);
}

std::size_t Reading::finish() {
  std::vector<ChartIndex> unseen;
  if (!is_open()) return 0;
  if (catalog_->directories_[directory_].complete_)
    for_each_unseen_chart([&](ChartIndex chart) { unseen.push_back(chart); });
  for (const ChartIndex chart : unseen) catalog_->forget(chart);
  catalog_->reading_ = {};
  return unseen.size();
}

}  // namespace reaper::charts
