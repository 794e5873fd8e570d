#include "report_table.hpp"

#include "api/limit_figures.hpp"
#include "base/clock.hpp"
#include "base/printable.hpp"
#include "base/size.hpp"
#include "base/words.hpp"
#include "retention/policy.hpp"

#include <fmt/format.h>

namespace reaper::daemon {
namespace {

void print_charts(Output& output, const sweep::Report& report) {
  if (report.removed.empty()) return;
  output.print("{:>10}  {:>10}  {:<10}  {}\n", "AGE (h)", "SIZE (MB)", "REASON", "CHART");
  for (const sweep::RemovedChart& chart : report.removed)
    output.print("{:>10.2f}  {:>10.2f}  {:<10}  {}\n", base::to_hours(chart.age), base::to_mebibytes(chart.size_bytes),
                 to_string(chart.reason), base::printable(chart.path));
  if (report.files_removed > report.removed.size())
    output.print("{:>10}  and {} more\n", "", report.files_removed - report.removed.size());
  output.print("\n");
}

void print_totals(Output& output, const sweep::Report& report, bool dry_run) {
  output.print("{:<20} {:>10} {:>12}\n", dry_run ? "WOULD BE REMOVED" : "REMOVED", "CHARTS", "SIZE (MB)");
  for (const retention::Reason reason : retention::k_reasons) {
    const sweep::ReasonTotals& totals = report.by_reason[static_cast<std::size_t>(reason)];
    if (totals.files != 0 || reason != retention::Reason::requested)
      output.print("{:<20} {:>10} {:>12.2f}\n", to_string(reason), totals.files, base::to_mebibytes(totals.bytes));
  }
  output.print("{:<20} {:>10} {:>12.2f}\n", "in all", report.files_removed, base::to_mebibytes(report.bytes_freed));
  output.print("{:<20} {:>10}\n", "empty chart sets", report.directories_removed);
}

void print_kept(Output& output, const sweep::Report& report, std::uint64_t limit_bytes) {
  for (const auto& [why, count] : report.skipped)
    if (count != 0) output.print("{:<20} {:>10}\n", fmt::format("kept: {}", why), count);
  if (report.failed != 0) output.print("{:<20} {:>10}\n", "failed", report.failed);
  if (report.would_fail != 0) output.print("{:<20} {:>10}\n", "would stay", report.would_fail);
  if (report.errors != 0) output.print("{:<20} {:>10}\n", "errors", report.errors);
  if (!report.error_list.is_empty())
    output.print("\nThe first error: {}.\n", in_words(report.error_list.errors().front()));
  if (report.storage)
    output.print("\nOn the volume: {} in {}, {:.2f} of {} MB ({:.1f} %).\n",
                 base::count_in_words(report.storage->files, "chart", "charts"),
                 base::count_in_words(report.storage->sets, "set", "sets"), base::to_mebibytes(report.storage->bytes),
                 api::limit_in_mebibytes(limit_bytes), 100 * api::usage_ratio(*report.storage, limit_bytes));
  if (report.age_rule_suspended) output.print("The wall clock has jumped: no chart expired by age.\n");
}

}  // namespace

void print_report(Output& output, const sweep::Report& report, std::uint64_t limit_bytes) {
  if (report.problem) return;  // already reported on standard error
  const bool dry_run = report.request.dry_run == sweep::DryRun::yes;
  if (dry_run) print_charts(output, report);
  print_totals(output, report, dry_run);
  print_kept(output, report, limit_bytes);
  if (report.stopped) output.print("The sweep was stopped before its end.\n");
}

}  // namespace reaper::daemon
