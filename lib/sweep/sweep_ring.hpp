#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace reaper::sweep {

/// One sweep in the history, or all limit sweeps that began in one minute. Holds figures, no chart names.
struct SweepRecord {
  base::FileTime started;               ///< of the first sweep
  std::chrono::nanoseconds duration{};  ///< sum of all sweeps
  Trigger trigger = Trigger::timer;
  Scope scope = Scope::retention;
  std::uint64_t sweeps_folded = 1;
  bool full_scan = false;
  std::uint64_t charts_seen = 0;  ///< by the last sweep
  std::uint64_t files_removed = 0;
  std::uint64_t directories_removed = 0;
  std::uint64_t bytes_freed = 0;
  std::uint64_t errors = 0;
  std::uint64_t skipped = 0;   ///< charts that the last sweep left for a later one, for any reason
  std::uint64_t vanished = 0;  ///< charts that other programs removed since the previous record
  std::array<ReasonTotals, retention::k_reasons.size()> by_reason{};
  bool stopped = false;
  bool age_rule_suspended = false;
  std::optional<std::string> problem;                      ///< the last one
  std::optional<std::uint64_t> bytes_left = std::nullopt;  ///< total of all charts after the last sweep with figures
};

/// The last sweeps of one kind, oldest first. Limit sweeps that began in the same minute share one record.
class SweepRing {
 public:
  explicit SweepRing(std::size_t max_records) : max_records_(max_records) {}

  /// Adds the sweep. Drops the oldest record if there are too many.
  void add(SweepRecord record);

  [[nodiscard]] const std::deque<SweepRecord>& records() const noexcept { return records_; }

 private:
  std::size_t max_records_;
  std::deque<SweepRecord> records_;
};

}  // namespace reaper::sweep
