#include "sweep/report_builder.hpp"

#include "base/json_number.hpp"
#include "sweep/audit.hpp"

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

namespace reaper::sweep {
namespace {

using telemetry::LogLevel;
using volume::Outcome;

/// Rounds to a thousandth of the unit, which is enough for the log.
template <class Unit>
double count_of(std::chrono::nanoseconds time) {
  return base::rounded(std::chrono::duration<double, Unit>(time).count(), 3);
}

/// Returns the reason why a planned chart stays, as the report names it; empty if it is gone or failed with an error.
std::string_view kept_because(Outcome outcome) {
  switch (outcome) {
    case Outcome::busy: return "busy";
    case Outcome::changed: return "changed";
    case Outcome::skipped: return "not_tried";
    case Outcome::removed:
    case Outcome::gone:
    case Outcome::failed: return {};
  }
  return {};
}

}  // namespace

void ReportBuilder::note(const retention::Removal& removal, const volume::RemovalResult& result) {
  ++report_.due;
  report_.gone += result.outcome == Outcome::gone ? 1U : 0U;
  report_.failed += result.outcome == Outcome::failed ? 1U : 0U;
  if (const auto why = kept_because(result.outcome); !why.empty())
    count_skipped(why, skip_counter_.is_new(why, removal.chart));
  if (result.outcome != Outcome::removed) return;
  count(removal, result.freed_bytes);
  const bool is_listed = report_.files_removed <= Report::k_max_listed;
  const bool is_audited = audit_ != nullptr && audit_->is_wanted();
  if (!is_listed && !is_audited) return;
  const RemovedChart chart = described(removal);
  if (is_audited) audit_->write(audit_line(report_, chart, result.freed_bytes));
  if (!is_listed) return;
  report_.removed.push_back(chart);
  log_.write(LogLevel::info, "Chart removed",
             {{"path", chart.path},
              {"size_bytes", chart.size_bytes},
              {"age_hours", count_of<std::ratio<3600>>(chart.age)},
              {"reason", retention::to_string(chart.reason)}});
}

/// Notes the age of a chart removed for room. Only these removals shorten the life of charts; an expired chart has
/// lived its full time.
void ReportBuilder::note_age(const retention::Removal& removal) {
  using retention::Reason;
  if (removal.reason != Reason::over_limit && removal.reason != Reason::disk_pressure) return;
  const auto age = now_ - removal.chart.modified();
  report_.youngest_removed_for_room = std::min(report_.youngest_removed_for_room.value_or(age), age);
}

void ReportBuilder::note_planned(const retention::Removal& removal) {
  ++report_.due;
  count(removal, removal.chart.linked ? 0 : removal.chart.counted_bytes);
  if (report_.files_removed <= Report::k_max_listed) report_.removed.push_back(described(removal));
}

void ReportBuilder::note_skipped(std::string_view why, const charts::Catalog& catalog, charts::ChartIndex index) {
  count_skipped(why, report_.request.dry_run == DryRun::no && skip_counter_.is_new(why, catalog, index));
}

void ReportBuilder::count_skipped(std::string_view why, bool is_new) {
  ++report_.skipped[why];
  if (is_new) ++report_.newly_skipped[why];
}

void ReportBuilder::note_would_fail() {
  ++report_.due;
  ++report_.would_fail;
}

void ReportBuilder::count(const retention::Removal& removal, std::uint64_t freed_bytes) {
  report_.files_removed += 1;
  report_.bytes_freed += freed_bytes;
  ReasonTotals& totals = report_.by_reason[static_cast<std::size_t>(removal.reason)];
  totals.files += 1;
  totals.bytes += freed_bytes;
  note_age(removal);
}

RemovedChart ReportBuilder::described(const retention::Removal& removal) const {
  return {removal.chart.path(), removal.chart.counted_bytes, now_ - removal.chart.modified(), removal.reason};
}

void ReportBuilder::note_removed_directory(const std::string& path) {
  ++report_.directories_removed;
  log_.write(LogLevel::info, "Empty chart set removed", {{"path", path}});
}

/// Adds all errors. Those of removals come first, because they say why charts stay.
void ReportBuilder::note_errors(const Trouble& trouble) {
  std::vector<base::Error> errors;
  for (const volume::Failures* const failures : {&trouble.removing, &trouble.reading}) {
    report_.errors += failures->total();
    for (const auto& [operation, count] : failures->by_operation()) report_.errors_by_operation[operation] += count;
    errors.insert(errors.end(), failures->kept().begin(), failures->kept().end());
  }
  report_.error_list.add(errors);
  for (const base::Error& error : errors) log_.write(LogLevel::error, "Error during chart cleanup", {{"error", error}});
  if (report_.errors > errors.size())
    log_.write(LogLevel::error, "Error during chart cleanup",
               {{"error", "further errors of the same kinds"}, {"errors", report_.errors}});
}

void ReportBuilder::note_trouble(const Trouble& trouble) {
  if (audit_ != nullptr) audit_->check();
  report_.without_lease = trouble.fallbacks.without_lease;
  report_.only_compared = trouble.fallbacks.only_compared;
  note_errors(trouble);
  const volume::Fallbacks& fallbacks = trouble.fallbacks;
  const volume::ScanResult& scan = trouble.scan;
  if (report_.files_removed > Report::k_max_listed && report_.request.dry_run == DryRun::no)
    log_.write(LogLevel::info, "Further charts removed", {{"count", report_.files_removed - Report::k_max_listed}});
  if (scan.too_deep != 0)
    log_.write(LogLevel::warning, "Directories too deep to scan for charts", {{"count", scan.too_deep}});
  if (scan.mounts != 0) log_.write(LogLevel::info, "Mount points were skipped", {{"count", scan.mounts}});
  if (fallbacks.without_lease + fallbacks.without_noreplace + fallbacks.only_compared + fallbacks.direct != 0)
    log_.write(LogLevel::info, "Charts removed in a less protected way than usual",
               {{"without_lease", fallbacks.without_lease},
                {"without_noreplace", fallbacks.without_noreplace},
                {"only_compared", fallbacks.only_compared},
                {"not_set_aside", fallbacks.direct}});
}

void ReportBuilder::note_left(const LeftCharts::Verdict& verdict) {
  if (verdict.likely.empty()) return;
  ++report_.errors;
  ++report_.errors_by_operation[std::string(Report::k_left_charts)];
  report_.error_list.add_first(Report::k_left_charts, "",
                               fmt::format("all charts that were due were busy or had changed: {}", verdict.likely));
  log_.write(LogLevel::error, "Error during chart cleanup",
             {{"error", "no due chart could be removed"},
              {"due", verdict.busy + verdict.changed},
              {"busy", verdict.busy},
              {"changed", verdict.changed},
              {"likely", verdict.likely}});
}

void log_completion(telemetry::Log& log, const Report& report) {
  const std::string& who = report.request.asked_by;
  const boost::json::value asked_by = who.empty() ? boost::json::value(nullptr) : boost::json::value(who);
  log.write(LogLevel::info, "Chart cleanup completed",
            {{"trigger", to_string(report.request.trigger)},
             {"scope", to_string(report.request.scope)},
             {"dry_run", report.request.dry_run == DryRun::yes},
             {"full_scan", report.full_scan},
             {"charts_seen", report.charts_seen},
             {"files_removed", report.files_removed},
             {"directories_removed", report.directories_removed},
             {"bytes_freed", report.bytes_freed},
             {"errors", report.errors},
             {"duration_seconds", count_of<std::ratio<1>>(report.duration)},
             {"asked_by", asked_by}});
}

}  // namespace reaper::sweep
