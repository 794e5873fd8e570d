#pragma once

#include "charts/chart.hpp"
#include "volume/removal_result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace reaper::sweep {

/// Judges sweeps that left every due chart, because all were busy or had changed. Such a sweep has no failure but
/// removes nothing. On a volume that does not support the removal protocol, this would never change.
///
/// Writers explain this only while they can be at work. On other than local disks no lease detects writers, so it is an
/// error at once. On a local disk it is an error in two cases:
///  - At least `k_too_many_for_writers` charts were left. Nobody wrote to a due chart for hours, and an analysis
///    rewrites four charts at a time.
///  - The same chart was left for `k_max_write_time` without a write: a program keeps it open.
class LeftCharts {
 public:
  static constexpr std::uint64_t k_too_many_for_writers = 8;
  static constexpr std::chrono::minutes k_max_write_time{10};

  /// Notes the outcome of a chart that was due.
  void note(const charts::ChartSnapshot& chart, volume::Outcome outcome);

  /// The charts that were left, and why that is an error.
  struct Verdict {
    std::uint64_t busy = 0;
    std::uint64_t changed = 0;
    std::string likely;  ///< the usual cause; empty if it is no error
  };

  /// Ends the sweep and returns its verdict. `since_boot` is the time on the boot clock, which does not jump.
  [[nodiscard]] Verdict end_sweep(bool is_local_volume, std::chrono::nanoseconds since_boot);

 private:
  struct Left {
    std::string path;
    std::int64_t modified_ns = 0;
    std::chrono::nanoseconds since{};  // when it was first left
  };

  /// Remembers the charts of this sweep. Returns the time at which the first of them was first left.
  std::chrono::nanoseconds remember(std::chrono::nanoseconds since_boot);

  std::uint64_t busy_ = 0;
  std::uint64_t changed_ = 0;
  std::uint64_t otherwise_ = 0;  // charts that were removed, failed or were not tried
  std::vector<Left> left_;       // of this sweep: the first few
  std::vector<Left> before_;     // of the last sweep, if it left all due charts
};

}  // namespace reaper::sweep
