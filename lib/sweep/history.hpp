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

/// One removed chart as it is remembered.
struct RemovalRecord {
  RemovedChart chart;
  base::FileTime sweep_started;  ///< names the sweep that removed it
};

/// What the last sweeps did. Its memory is bounded, however much they do.
///
/// At the limit there are tens of sweeps a second, and each removes a few charts. So those that the limit started in
/// the same minute are one record, and the sweeps of each kind push out only their own: those of the limit, those of
/// the timer, those that were asked for, the large ones, and those that met errors.
class History {
 public:
  /// Of each kind but the limit's.
  static constexpr std::size_t k_max_sweeps = 100;
  /// 24 hours. A record has about 220 bytes, so these are a third of a megabyte.
  static constexpr std::size_t k_max_limit_minutes = 24 * 60;
  /// A sweep that removes as many charts as this is large. A sweep at the limit removes some tens.
  static constexpr std::uint64_t k_large_sweep = 1000;
  static constexpr std::size_t k_max_removals = 1000;

  History();

  /// Remembers a sweep that was carried out. Of a sweep that removed more than the report lists, the listed charts
  /// are remembered. Dry runs are ignored: they did nothing.
  void note(const Report& report);

  /// The last sweeps, or minutes of the limit's sweeps, newest first.
  [[nodiscard]] std::vector<SweepRecord> newest_sweeps(std::size_t max) const;

  /// Oldest first.
  [[nodiscard]] const std::deque<RemovalRecord>& removals() const noexcept { return *removals_; }

  /// The same as they are now; it does not change when more is noted.
  [[nodiscard]] std::shared_ptr<const std::deque<RemovalRecord>> snapshot_of_removals() const { return removals_; }

  /// How long all sweeps took, in seconds.
  [[nodiscard]] const telemetry::Histogram& durations() const noexcept { return durations_; }

  /// When the last sweep of the timer ended, or the one at the start: from then on the interval counts.
  [[nodiscard]] std::optional<base::FileTime> last_timed_end() const noexcept { return last_timed_end_; }

 private:
  [[nodiscard]] SweepRing& ring_of(const SweepRecord& record);

  SweepRing at_limit_{k_max_limit_minutes};
  SweepRing timed_{k_max_sweeps};
  SweepRing asked_{k_max_sweeps};
  SweepRing large_{k_max_sweeps};
  SweepRing failed_{k_max_sweeps};
  std::uint64_t vanished_before_ = 0;  // charts, by the end of the last sweep that knows it
  std::shared_ptr<std::deque<RemovalRecord>> removals_ = std::make_shared<std::deque<RemovalRecord>>();
  telemetry::Histogram durations_;
  std::optional<base::FileTime> last_timed_end_;
};

}  // namespace reaper::sweep
