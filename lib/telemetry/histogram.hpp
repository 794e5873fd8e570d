#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::telemetry {

/// Counts values in fixed buckets, so its memory does not grow.
class Histogram {
 public:
  /// `bounds` are the inclusive upper ends of the buckets in ascending order. One more bucket takes larger values.
  /// `bounds` must outlive the histogram.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double value);

  [[nodiscard]] std::span<const double> bounds() const noexcept { return bounds_; }

  /// Returns the number of values in each bucket; the last bucket has no upper end.
  [[nodiscard]] const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }
  [[nodiscard]] double sum() const noexcept { return sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace reaper::telemetry
