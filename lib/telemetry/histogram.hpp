#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::telemetry {

/// Counts values by size, in buckets that are fixed from the start: its memory does not grow.
class Histogram {
 public:
  /// `bounds` are the inclusive upper ends of the buckets, ascending; one more bucket takes what is larger. They must
  /// outlive the histogram.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double value);

  [[nodiscard]] std::span<const double> bounds() const noexcept { return bounds_; }

  /// How many values fell into each bucket; the last one has no upper end.
  [[nodiscard]] const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }
  [[nodiscard]] double sum() const noexcept { return sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace reaper::telemetry
