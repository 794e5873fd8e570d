#include "charts/age_order.hpp"

#include <algorithm>
#include <cassert>

namespace reaper::charts {

void AgeOrder::add(Chart& chart, ChartIndex index) {
  assert(chart.slot_ == k_nowhere);
  // A chart between the two ends, like most charts of a scan, needs no comparison by path.
  const bool is_between =
      ends_ && ends_->oldest.modified_ns < chart.modified_ns_ && chart.modified_ns_ < ends_->newest.modified_ns;
  if (ends_ && !is_between) stretch(*ends_, {chart.modified_ns_, index});
  if (chart.modified_ns_ > newest_ns_ && base_ + main_.size() < k_stray) {
    chart.slot_ = base_ + static_cast<Slot>(main_.size());
    main_.push_back(index);
    newest_ns_ = chart.modified_ns_;
  } else {
    chart.slot_ = k_stray | static_cast<Slot>(unsorted_.size());
    unsorted_.push_back(index);
    strays_are_sorted_ = false;
  }
}

void AgeOrder::remove(Chart& chart) {
  assert(chart.slot_ != k_nowhere);
  const auto is_at = [&](const Entry& end) { return end.chart != k_no_chart && &(*records_)[end.chart] == &chart; };
  if (ends_ && (is_at(ends_->oldest) || is_at(ends_->newest))) ends_.reset();
  chart.slot_ = k_nowhere;
  ++holes_;
}

const AgeOrder::Ends& AgeOrder::ends() {
  if (ends_) return *ends_;
  trim_ends();
  Ends ends;
  if (!main_.empty())
    for (const ChartIndex chart : {main_.front(), main_.back()})
      stretch(ends, {(*records_)[chart].modified_ns_, chart});
  for (std::size_t i = 0; i < unsorted_.size(); ++i)
    if (stands_in_strays(i)) stretch(ends, {(*records_)[unsorted_[i]].modified_ns_, unsorted_[i]});
  return ends_.emplace(ends);
}

void AgeOrder::stretch(Ends& ends, const Entry& entry) const {
  if (ends.oldest.chart == k_no_chart || before(entry, ends.oldest)) ends.oldest = entry;
  if (ends.newest.chart == k_no_chart || before(ends.newest, entry)) ends.newest = entry;
}

void AgeOrder::visit_oldest_first(const std::function<bool(ChartIndex)>& visit) {
  settle();
  std::size_t main = 0;
  std::size_t stray = 0;
  for (;;) {
    while (main < main_.size() && !stands_in_main(main)) ++main;
    while (stray < unsorted_.size() && !stands_in_strays(stray)) ++stray;
    const bool from_main = main < main_.size();
    const bool from_strays = stray < unsorted_.size();
    if (!from_main && !from_strays) return;
    const bool stray_is_next =
        from_strays && (!from_main || before({(*records_)[unsorted_[stray]].modified_ns_, unsorted_[stray]},
                                             {(*records_)[main_[main]].modified_ns_, main_[main]}));
    if (!visit(stray_is_next ? unsorted_[stray++] : main_[main++])) return;
  }
}

void AgeOrder::visit_newest_first(const std::function<bool(ChartIndex)>& visit) {
  settle();
  std::size_t main = main_.size();
  std::size_t stray = unsorted_.size();
  for (;;) {
    while (main > 0 && !stands_in_main(main - 1)) --main;
    while (stray > 0 && !stands_in_strays(stray - 1)) --stray;
    if (main == 0 && stray == 0) return;
    const bool main_is_next =
        main > 0 && (stray == 0 || before({(*records_)[unsorted_[stray - 1]].modified_ns_, unsorted_[stray - 1]},
                                          {(*records_)[main_[main - 1]].modified_ns_, main_[main - 1]}));
    if (!visit(main_is_next ? main_[--main] : unsorted_[--stray])) return;
  }
}

bool AgeOrder::before(const Entry& left, const Entry& right) const {
  if (left.modified_ns != right.modified_ns) return left.modified_ns < right.modified_ns;
  return path_before_(left.chart, right.chart);
}

bool AgeOrder::stands_in_main(std::size_t position) const {
  return (*records_)[main_[position]].slot_ == base_ + static_cast<Slot>(position);
}

bool AgeOrder::stands_in_strays(std::size_t position) const {
  return (*records_)[unsorted_[position]].slot_ == (k_stray | static_cast<Slot>(position));
}

void AgeOrder::settle() {
  trim_ends();
  const std::size_t places = main_.size() + unsorted_.size();
  if (unsorted_.size() > std::max(k_few, main_.size() / 8) || holes_ > std::max(k_few, places / 2)) rebuild();
  else if (!strays_are_sorted_) sort_strays();
}

void AgeOrder::trim_ends() {
  while (!main_.empty() && !stands_in_main(0)) {
    main_.pop_front();
    ++base_;
    holes_ -= holes_ > 0 ? 1 : 0;
  }
  while (!main_.empty() && !stands_in_main(main_.size() - 1)) {
    main_.pop_back();
    holes_ -= holes_ > 0 ? 1 : 0;
  }
  newest_ns_ = main_.empty() ? INT64_MIN : (*records_)[main_.back()].modified_ns_;
  if (main_.empty()) base_ = 0;
}

void AgeOrder::sort_strays() {
  std::vector<Entry> standing;
  for (std::size_t i = 0; i < unsorted_.size(); ++i)
    if (stands_in_strays(i)) standing.push_back({(*records_)[unsorted_[i]].modified_ns_, unsorted_[i]});
  holes_ -= std::min(holes_, unsorted_.size() - standing.size());
  std::sort(standing.begin(), standing.end(),
            [this](const Entry& left, const Entry& right) { return before(left, right); });
  unsorted_.clear();
  for (const Entry& entry : standing) {
    (*records_)[entry.chart].slot_ = k_stray | static_cast<Slot>(unsorted_.size());
    unsorted_.push_back(entry.chart);
  }
  strays_are_sorted_ = true;
}

void AgeOrder::rebuild() {
  std::vector<Entry> standing;
  standing.reserve(main_.size() + unsorted_.size() - std::min(holes_, main_.size() + unsorted_.size()));
  for (std::size_t i = 0; i < main_.size(); ++i)
    if (stands_in_main(i)) standing.push_back({(*records_)[main_[i]].modified_ns_, main_[i]});
  for (std::size_t i = 0; i < unsorted_.size(); ++i)
    if (stands_in_strays(i)) standing.push_back({(*records_)[unsorted_[i]].modified_ns_, unsorted_[i]});
  std::sort(standing.begin(), standing.end(),
            [this](const Entry& left, const Entry& right) { return before(left, right); });
  main_.clear();
  std::vector<ChartIndex>().swap(unsorted_);
  strays_are_sorted_ = true;
  holes_ = 0;
  base_ = 0;
  for (const Entry& entry : standing) {
    (*records_)[entry.chart].slot_ = static_cast<Slot>(main_.size());
    main_.push_back(entry.chart);
  }
  newest_ns_ = main_.empty() ? INT64_MIN : (*records_)[main_.back()].modified_ns_;
}

}  // namespace reaper::charts
