#pragma once

#include "charts/chart.hpp"
#include "volume/removal_result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace reaper::sweep {

/// Judges sweeps in which every chart that was due was left, because it was busy or had changed. Nothing has failed
/// then, but nothing is removed either, and on a volume that does not fit the removal protocol it stays so for ever.
///
/// A writer explains it only as long as it can be at work. Off local disks no lease shows a writer, so there it is an
/// error at once. On a local disk it is one if
///  - at least `k_too_many_for_writers` charts were left: a chart that is due has been left alone for hours, and an
///    analysis rewrites four at a time; or
///  - the same chart was left for `k_max_write_time` without having been written to: a program keeps it open.
class LeftCharts {
 public:
  static constexpr std::uint64_t k_too_many_for_writers = 8;
  static constexpr std::chrono::minutes k_max_write_time{10};

  /// Notes a chart that was due in the sweep, and its outcome.
  void note(const charts::ChartSnapshot& chart, volume::Outcome outcome);

  /// How many charts were left, and why that is an error.
  struct Verdict {
    std::uint64_t busy = 0;
    std::uint64_t changed = 0;
    std::string likely;  ///< what this usually means; empty if it is no error
  };

  /// Ends the sweep. `since_boot` is the time by the clock that does not jump.
  [[nodiscard]] Verdict end_sweep(bool is_local_volume, std::chrono::nanoseconds since_boot);

 private:
  struct Left {
    std::string path;
    std::int64_t modified_ns = 0;
    std::chrono::nanoseconds since{};  // when it was left first
  };

  /// Remembers those of this sweep; returns when the first of them was left first.
  std::chrono::nanoseconds remember(std::chrono::nanoseconds since_boot);

  std::uint64_t busy_ = 0;
  std::uint64_t changed_ = 0;
  std::uint64_t otherwise_ = 0;  // charts that went, failed or were not tried
  std::vector<Left> left_;       // of this sweep: the first few
  std::vector<Left> before_;     // of the last one, if it was an error or may become one
};

}  // namespace reaper::sweep
