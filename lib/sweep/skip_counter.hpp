#pragma once

#include "charts/catalog.hpp"
#include "charts/chart.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reaper::sweep {

/// Distinguishes charts that a sweep skips for the first time from charts that earlier sweeps skipped. So a metric
/// counts each chart once until it changes.
///
/// A chart is identified by its path, the time that gives its age, and the reason. The digest is not usable: a remover
/// that puts a chart back changes its change time, and some network volumes change inode numbers.
///
/// A chart is forgotten only after `max_remembered` others were added. Up to this number of skipped charts the answer
/// is exact, except for collisions of 64-bit hashes. Beyond it, some charts count again in every sweep.
class SkipCounter {
 public:
  /// Ten times the young charts of a busy volume. Both generations together take one megabyte.
  static constexpr std::size_t k_max_remembered = 50'000;

  explicit SkipCounter(std::size_t max_remembered = k_max_remembered) : max_remembered_(max_remembered) {}

  /// Remembers the chart in this state for this reason. Returns true if it was not remembered before.
  [[nodiscard]] bool is_new(std::string_view reason, const charts::ChartSnapshot& chart);
  /// Does the same for a chart of the catalog.
  [[nodiscard]] bool is_new(std::string_view reason, const charts::Catalog& catalog, charts::ChartIndex index);

 private:
  [[nodiscard]] bool is_new(std::uint64_t hash);

  std::size_t max_remembered_;
  // A chart that is added again moves to the newer generation. A full newer generation becomes the older one.
  boost::unordered_flat_set<std::uint64_t> newer_;
  boost::unordered_flat_set<std::uint64_t> older_;
};

}  // namespace reaper::sweep
