// Repair of the catalog: it counts everything again after a full scan.

#include "charts/catalog.hpp"

#include <cstdint>
#include <vector>

namespace reaper::charts {

std::uint64_t Catalog::repair(const std::function<void(DirectoryIndex)>& on_forget) {
  std::uint64_t mistakes = forget_lost_directories(on_forget);
  const Totals before = totals();
  chart_count_ = total_bytes_ = total_allocated_bytes_ = set_count_ = linked_count_ = 0;
  unreadable_count_ = 0;
  allocations_ = {};
  future_charts_.clear();
  std::vector<std::uint32_t> children(directories_.size(), 0);
  std::vector<bool> listed(charts_.size(), false);
  for (DirectoryIndex i = 0; i < directories_.size(); ++i) {
    if (!directories_[i].known_) {
      // No path leads to the charts of this record; drop_unlisted() drops them below.
      directories_[i].first_chart_ = k_no_chart;
      continue;
    }
    unreadable_count_ += directories_[i].is_unreadable() ? 1U : 0U;
    if (i != k_root) ++children[directories_[i].parent_];
    mistakes += recount(directories_[i], listed);
  }
  for (DirectoryIndex i = 0; i < directories_.size(); ++i) {
    mistakes += directories_[i].known_ && directories_[i].children_ != children[i] ? 1U : 0U;
    directories_[i].children_ = children[i];
  }
  mistakes += before != totals() ? 1U : 0U;
  return mistakes + drop_unlisted(listed);
}

/// Forgets directories that no path leads to, because the record of their parent is free or belongs to another
/// directory.
std::uint64_t Catalog::forget_lost_directories(const std::function<void(DirectoryIndex)>& on_forget) {
  std::uint64_t forgotten = 0;
  for (bool found = true; found;) {
    found = false;
    for (DirectoryIndex i = 0; i < directories_.size(); ++i) {
      const Directory& directory = directories_[i];
      if (!directory.known_ || i == k_root) continue;
      const Directory& above = directories_[directory.parent_];
      if (above.known_ && above.level_ + 1 == directory.level_) continue;
      forget_directory(i, on_forget);
      ++forgotten;
      found = true;
    }
  }
  return forgotten;
}

/// Counts and marks the charts in the directory's list. Returns 1 if the directory's own counts were wrong, else 0.
std::uint64_t Catalog::recount(Directory& directory, std::vector<bool>& listed) {
  std::uint32_t charts = 0;
  std::uint32_t dead = 0;
  for (ChartIndex i = directory.first_chart_; i != k_no_chart; i = charts_[i].next_) {
    const Chart& chart = charts_[i];
    listed[i] = true;
    if (chart.is_forgotten()) {
      ++dead;
      continue;
    }
    ++charts;
    count_in(i, {.modified_ns = chart.modified_ns_,
                 .counted_bytes = counted_bytes(i),
                 .allocated_bytes = allocated_bytes(i),
                 .digest = chart.digest_,
                 .linked = chart.linked_ != 0,
                 .future = chart.future_ != 0});
  }
  set_count_ += charts != 0 ? 1 : 0;
  const bool was_right = directory.charts_ == charts && directory.dead_ == dead;
  directory.charts_ = charts;
  directory.dead_ = dead;
  return was_right ? 0 : 1;
}

/// Drops charts that are in no directory's list. They were not counted again, so they need not be subtracted.
std::uint64_t Catalog::drop_unlisted(const std::vector<bool>& listed) {
  std::uint64_t dropped = 0;
  for (ChartIndex i = 0; i < listed.size(); ++i) {
    Chart& chart = charts_[i];
    if (listed[i] || chart.is_forgotten()) continue;
    name_index_.erase(i);
    end_exclusion(i);
    forget_sizes(chart, i);
    order_.remove(chart);
    names_.release(chart.name_);
    chart.directory_ = k_no_directory;
    chart.next_ = free_chart_;
    free_chart_ = i;
    ++dropped;
  }
  return dropped;
}

Catalog::Totals Catalog::totals() const noexcept {
  return {chart_count_, total_bytes_,  total_allocated_bytes_, future_count(),
          set_count_,   linked_count_, unreadable_count_};
}

}  // namespace reaper::charts
