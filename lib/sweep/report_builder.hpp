#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "retention/policy.hpp"
#include "sweep/left_charts.hpp"
#include "sweep/report.hpp"
#include "sweep/skip_counter.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "volume/failures.hpp"
#include "volume/fallbacks.hpp"
#include "volume/removal_result.hpp"
#include "volume/scan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::sweep {

/// Enters each result of a pass into its report, the log and the audit file.
class ReportBuilder {
 public:
  /// The log and the audit file that record each removal, and the counter of skipped charts.
  struct Books {
    telemetry::Log& log;
    SkipCounter& skip_counter;
    telemetry::AuditFile* audit = nullptr;  ///< may be null
  };

  ReportBuilder(Books books, Report& report, base::FileTime now)
      : log_(books.log), skip_counter_(books.skip_counter), audit_(books.audit), report_(report), now_(now) {}

  /// Enters the result of a chart that was due.
  void note(const retention::Removal& removal, const volume::RemovalResult& result);
  /// Enters a chart of a dry run's plan.
  void note_planned(const retention::Removal& removal);
  /// Counts a chart of a dry run's plan that could not be removed.
  void note_would_fail();
  void note_planned_directory() { ++report_.directories_removed; }
  void note_removed_directory(const std::string& path);
  void note_failed_directory() { ++report_.directories_failed; }
  /// Counts a chart that stays and was in no plan, with the reason.
  void note_skipped(std::string_view why, const charts::Catalog& catalog, charts::ChartIndex index);

  /// The parts of a pass that hold its errors and its unusual events.
  struct Trouble {
    const volume::Failures& removing;  ///< failures while removing
    const volume::Failures& reading;   ///< all other failures
    const volume::Fallbacks& fallbacks;
    const volume::ScanResult& scan;
  };

  /// Enters the errors and unusual events. Call it at the end.
  void note_trouble(const Trouble& trouble);

  /// Counts, lists and logs the verdict if it is an error. Call it after note_trouble(), which sets the count.
  void note_left(const LeftCharts::Verdict& verdict);

 private:
  void count_skipped(std::string_view why, bool is_new);
  void note_errors(const Trouble& trouble);
  void note_age(const retention::Removal& removal);
  void count(const retention::Removal& removal, std::uint64_t freed_bytes);
  [[nodiscard]] RemovedChart described(const retention::Removal& removal) const;

  telemetry::Log& log_;
  SkipCounter& skip_counter_;
  telemetry::AuditFile* audit_;
  Report& report_;
  base::FileTime now_;
};

/// Logs the line `Chart cleanup completed`, the last one of every sweep.
void log_completion(telemetry::Log& log, const Report& report);

}  // namespace reaper::sweep
