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
/// A chart that was just written is the newest, so nearly every one is appended; the few that come out of order wait
/// apart and are sorted when somebody looks. A chart that is taken out, or moves, leaves its old place behind, which is
/// passed over and cleared away once there are many. So a change costs constant time, a look at either end too, and a
/// chart takes eight bytes, four of which are the slot in its record.
class AgeOrder {
 public:
  /// `records` are those of the charts, whose slots this class alone writes; `path_before` compares charts of equal
  /// time.
  AgeOrder(Records<Chart>& records, std::function<bool(ChartIndex, ChartIndex)> path_before)
      : records_(&records), path_before_(std::move(path_before)) {}

  /// `chart` is the record at `index`.
  void add(Chart& chart, ChartIndex index);
  void remove(Chart& chart);

  /// The chart at either end, or k_no_chart. Does not sort, so that those who want no more need not pay for it.
  [[nodiscard]] ChartIndex oldest() { return ends().oldest.chart; }
  [[nodiscard]] ChartIndex newest() { return ends().newest.chart; }

  /// Sorts what came out of order, which the visits do as well: after many charts were added at once.
  void settle();

  /// Calls `visit` for one chart after the other until it returns false. Nothing may be added or removed meanwhile.
  void visit_oldest_first(const std::function<bool(ChartIndex)>& visit);
  void visit_newest_first(const std::function<bool(ChartIndex)>& visit);

 private:
  using Slot = std::uint32_t;
  // The top bit tells a slot in `unsorted_` from one in `main_`.
  static constexpr Slot k_stray = 0x80000000U;
  /// Fewer strays or gaps than this are not worth a sort of everything.
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
  // In blocks, which go as the oldest charts do.
  boost::container::deque<ChartIndex, void, boost::container::deque_options<boost::container::block_bytes<16384>>::type>
      main_;
  Slot base_ = 0;  // the slot of main_'s first place
  std::int64_t newest_ns_ = INT64_MIN;
  std::size_t holes_ = 0;
  std::vector<ChartIndex> unsorted_;
  bool strays_are_sorted_ = true;
  std::optional<Ends> ends_ = Ends{};  // nothing once one of the two has gone
};

}  // namespace reaper::charts
