#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"
#include "telemetry/histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace reaper::sweep {

/// One sweep as it is remembered: figures, no names of charts.
struct SweepRecord {
  base::FileTime started;
  std::chrono::nanoseconds duration{};
  Trigger trigger = Trigger::timer;
  Scope scope = Scope::retention;
  bool full_scan = false;
  std::uint64_t charts_seen = 0;
  std::uint64_t files_removed = 0;
  std::uint64_t directories_removed = 0;
  std::uint64_t bytes_freed = 0;
  std::uint64_t errors = 0;
  std::uint64_t skipped = 0;  ///< charts left for a later sweep, for whatever reason
  std::array<ReasonTotals, retention::k_reasons.size()> by_reason{};
  bool stopped = false;
  bool age_rule_suspended = false;
  std::optional<std::string> problem;
  std::optional<std::uint64_t> bytes_left = {};  ///< of all charts afterwards; nothing if the sweep did not look at all
};

/// One removed chart as it is remembered.
struct RemovalRecord {
  RemovedChart chart;
  base::FileTime sweep_started;  ///< names the sweep that removed it
};

/// What the last sweeps did. Its memory is bounded, however much they do.
class History {
 public:
  static constexpr std::size_t k_most_sweeps = 100;
  static constexpr std::size_t k_most_removals = 1000;

  History();

  /// Remembers a sweep that was carried out. Of a sweep that removed more than the report lists, the listed charts
  /// are remembered. Dry runs are ignored: they did nothing.
  void note(const Report& report);

  /// Oldest first.
  [[nodiscard]] const std::deque<SweepRecord>& sweeps() const noexcept { return sweeps_; }
  [[nodiscard]] const std::deque<RemovalRecord>& removals() const noexcept { return *removals_; }

  /// The same as they are now; it does not change when more is noted.
  [[nodiscard]] std::shared_ptr<const std::deque<RemovalRecord>> snapshot_of_removals() const { return removals_; }

  /// How long all sweeps took, in seconds.
  [[nodiscard]] const telemetry::Histogram& durations() const noexcept { return durations_; }

  /// When the last sweep of the timer ended, or the one at the start: from then on the interval counts.
  [[nodiscard]] std::optional<base::FileTime> last_timed_end() const noexcept { return last_timed_end_; }

 private:
  std::deque<SweepRecord> sweeps_;
  std::shared_ptr<std::deque<RemovalRecord>> removals_ = std::make_shared<std::deque<RemovalRecord>>();
  telemetry::Histogram durations_;
  std::optional<base::FileTime> last_timed_end_;
};

}  // namespace reaper::sweep
