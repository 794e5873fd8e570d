#pragma once

#include "charts/chart_record.hpp"
#include "charts/records.hpp"

#include <boost/container/deque.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace reaper::charts {

/// Keeps charts in the order of removal: oldest first by time, then by path.
///
/// A chart that was just written is the newest, so nearly every chart is appended. The few others are strays: they wait
/// in a list of their own and are sorted when the order is read. A removed or moved chart leaves a hole, which readers
/// skip; holes are cleared away once there are many. So changes and looks at either end take constant time. A chart
/// takes eight bytes, four of them for the slot in its record.
class AgeOrder {
 public:
  /// `records` are the charts' records; only this class writes their slots. `path_before` compares charts of equal
  /// time.
  AgeOrder(Records<Chart>& records, std::function<bool(ChartIndex, ChartIndex)> path_before)
      : records_(&records), path_before_(std::move(path_before)) {}

  /// Adds a chart; `chart` must be the record at `index`.
  void add(Chart& chart, ChartIndex index);
  void remove(Chart& chart);

  /// Return the oldest and the newest chart, or k_no_chart. They do not sort, so they are cheap.
  [[nodiscard]] ChartIndex oldest() { return ends().oldest.chart; }
  [[nodiscard]] ChartIndex newest() { return ends().newest.chart; }

  /// Sorts the strays. Call it after many charts were added at once; the visits sort as well.
  void settle();

  /// Calls `visit` for each chart until it returns false. `visit` must not add or remove charts.
  void visit_oldest_first(const std::function<bool(ChartIndex)>& visit);
  void visit_newest_first(const std::function<bool(ChartIndex)>& visit);

 private:
  using Slot = std::uint32_t;
  // The top bit marks a slot in `unsorted_`; other slots are in `main_`.
  static constexpr Slot k_stray = 0x80000000U;
  /// Fewer strays or holes than this are not worth sorting everything again.
  static constexpr std::size_t k_few = 1024;

  struct Entry {
    std::int64_t modified_ns = 0;
    ChartIndex chart = k_no_chart;
  };
  struct Ends {
    Entry oldest;
    Entry newest;
  };

  [[nodiscard]] bool before(const Entry& left, const Entry& right) const;
  [[nodiscard]] bool stands_in_main(std::size_t position) const;
  [[nodiscard]] bool stands_in_strays(std::size_t position) const;
  [[nodiscard]] const Ends& ends();
  void stretch(Ends& ends, const Entry& entry) const;
  void trim_ends();
  void sort_strays();
  void rebuild();

  Records<Chart>* records_;
  std::function<bool(ChartIndex, ChartIndex)> path_before_;
  // In blocks, which are freed as the oldest charts are removed.
  boost::container::deque<ChartIndex, void, boost::container::deque_options<boost::container::block_bytes<16384>>::type>
      main_;
  Slot base_ = 0;  // the slot of the first place in main_
  std::int64_t newest_ns_ = INT64_MIN;
  std::size_t holes_ = 0;
  std::vector<ChartIndex> unsorted_;
  bool strays_are_sorted_ = true;
  std::optional<Ends> ends_ = Ends{};  // empty after one of the two was removed
};

}  // namespace reaper::charts
