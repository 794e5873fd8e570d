#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"
#include "sweep/sweep_ring.hpp"
#include "telemetry/histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace reaper::sweep {

/// One removed chart in the history.
struct RemovalRecord {
  RemovedChart chart;
  base::FileTime sweep_started;  ///< identifies the sweep that removed it
};

/// The results of the last sweeps, in bounded memory.
///
/// At the limit there are tens of sweeps a second, and each removes a few charts. So limit sweeps that start in the
/// same minute share one record. Each kind of sweep has its own ring and pushes out only its own records: limit, timer,
/// requested, large, and failed sweeps.
class History {
 public:
  /// The maximum for each kind except limit sweeps.
  static constexpr std::size_t k_max_sweeps = 100;
  /// 24 hours. A record has about 220 bytes, so these take a third of a megabyte.
  static constexpr std::size_t k_max_limit_minutes = 24 * 60;
  /// A sweep that removes this number of charts is large. A limit sweep removes some tens.
  static constexpr std::uint64_t k_large_sweep = 1000;
  static constexpr std::size_t k_max_removals = 1000;

  History();

  /// Adds a sweep. If it removed more charts than its report lists, only the listed ones are added. Dry runs are
  /// ignored, because they removed nothing.
  void note(const Report& report);

  /// Returns the last sweeps, newest first. Limit sweeps of one minute are one record.
  [[nodiscard]] std::vector<SweepRecord> newest_sweeps(std::size_t max) const;

  /// Returns the removed charts, oldest first.
  [[nodiscard]] const std::deque<RemovalRecord>& removals() const noexcept { return *removals_; }

  /// Returns a list of the same charts that never changes.
  [[nodiscard]] std::shared_ptr<const std::deque<RemovalRecord>> snapshot_of_removals() const { return removals_; }

  /// Returns the durations of all sweeps in seconds.
  [[nodiscard]] const telemetry::Histogram& durations() const noexcept { return durations_; }

  /// Returns the end of the last sweep by the timer or at the start. The interval counts from it.
  [[nodiscard]] std::optional<base::FileTime> last_timed_end() const noexcept { return last_timed_end_; }

 private:
  [[nodiscard]] SweepRing& ring_of(const SweepRecord& record);

  SweepRing at_limit_{k_max_limit_minutes};
  SweepRing timed_{k_max_sweeps};
  SweepRing asked_{k_max_sweeps};
  SweepRing large_{k_max_sweeps};
  SweepRing failed_{k_max_sweeps};
  std::uint64_t vanished_before_ = 0;  // charts, at the end of the last sweep with figures
  std::shared_ptr<std::deque<RemovalRecord>> removals_ = std::make_shared<std::deque<RemovalRecord>>();
  telemetry::Histogram durations_;
  std::optional<base::FileTime> last_timed_end_;
};

}  // namespace reaper::sweep
