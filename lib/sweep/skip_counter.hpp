#pragma once

#include "charts/catalog.hpp"
#include "charts/chart.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reaper::sweep {

/// Tells a chart that a sweep leaves for the first time from one that sweeps have left before, so that a metric counts
/// it once until it changes.
///
/// A chart is known by its path, the time by which it is aged, and the reason why it is left. Its digest would not do:
/// a remover that gives a chart back moves the change time, and some network volumes number their inodes again and
/// again.
///
/// A chart is forgotten only after `max_remembered` others have been noted since it was noted last. As long as fewer
/// are left, the answer is exact, but for a collision of 64-bit hashes. Of more charts, some count again in every
/// sweep.
class SkipCounter {
 public:
  /// Ten times the young charts of a busy volume. Both generations together take one megabyte then.
  static constexpr std::size_t k_max_remembered = 50'000;

  explicit SkipCounter(std::size_t max_remembered = k_max_remembered) : max_remembered_(max_remembered) {}

  /// Returns true if the chart in this state was not left for this reason before, as far as that is remembered.
  [[nodiscard]] bool is_new(std::string_view reason, const charts::ChartSnapshot& chart);
  /// The same for a chart of the catalog.
  [[nodiscard]] bool is_new(std::string_view reason, const charts::Catalog& catalog, charts::ChartIndex index);

 private:
  [[nodiscard]] bool is_new(std::uint64_t hash);

  std::size_t max_remembered_;
  // A chart that is noted again moves to the newer generation. Once that is full, it becomes the older one.
  boost::unordered_flat_set<std::uint64_t> newer_;
  boost::unordered_flat_set<std::uint64_t> older_;
};

}  // namespace reaper::sweep
