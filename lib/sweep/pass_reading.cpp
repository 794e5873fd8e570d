// How a pass reads the volume, and removes charts meanwhile.

#include "sweep/pass.hpp"

#include "base/thread_priority.hpp"
#include "charts/chart_set.hpp"

#include <chrono>
#include <string>

namespace reaper::sweep {
namespace {

using base::FileTime;
using charts::DirectoryIndex;
using telemetry::LogLevel;
using volume::Activity;

/// With watches, what a full scan could find is known already; it is there to make sure.
constexpr std::chrono::hours k_full_scan_every{6};

/// A DELETE takes the directory of a chart set along if nothing is left in it.
bool holds_charts_only(const charts::Catalog& catalog, DirectoryIndex index) {
  const charts::Directory& directory = catalog.directory(index);
  return directory.is_complete() && directory.subdirectories() == 0 && directory.others() == 0 &&
         charts::parse_chart_set_name(catalog.name(directory)).has_value();
}

}  // namespace

bool Pass::wants_full_scan() const {
  const live::LiveCatalog& live = in_.live;
  if (!live.is_current()) return true;
  switch (report_.request.trigger) {
    case Trigger::limit: return false;
    case Trigger::timer:
      // A chart with two names is written under one of them, and the other is not told of it.
      return !live.is_watched() || in_.live.catalog().linked_count() != 0 ||
             now_ - live.last_full_scan() >= k_full_scan_every;
    case Trigger::start:
    case Trigger::request:
    case Trigger::command: return true;
  }
  return true;
}

void Pass::read() {
  in_.progress.activity = Activity::scanning;
  base::set_thread_priority(base::Priority::background);
  charts::Catalog& catalog = in_.live.catalog();
  if (report_.request.scope == Scope::set) {
    scan(catalog.put_directory(report_.request.set));
  } else if (!is_retention() || wants_full_scan()) {
    report_.full_scan = true;
    scan(charts::k_root);
  } else {
    in_.live.refresh(scan_context());
    in_.live.try_incomplete_again(scan_context());
    in_.progress.charts_seen = catalog.chart_count();
    for (const DirectoryIndex set : retention::long_empty_sets(catalog, policy_.limits, now_))
      claims_.add_empty_set(catalog.path(set));
  }
  report_.charts_seen = in_.progress.charts_seen;
  publisher_.note_scan_end(knows_all_charts());
}

/// False after a DELETE of one set that is the first sweep of all, and for a scan that was cut short. A full scan
/// during which events were lost has still read everything.
bool Pass::knows_all_charts() const {
  return in_.live.is_current() || (report_.full_scan && scan_.found && !scan_.stopped);
}

void Pass::scan(DirectoryIndex start) {
  live::CatalogScan scan(in_.live, start, scan_context(), live::ScanKind::sweep);
  while (const volume::ScanBatch* const batch = scan.next()) {
    claim(*batch, scan);
    if (scan.end_batch()) note_directory(scan.directory());
    if (claims_.are_enough()) remove_claimed();
    if (is_retention() && !is_dry() && total_bytes() > trimmed_bytes_ + trim_slack_bytes()) trim_to_limit();
    publisher_.publish_now_and_then();
  }
  scan_ = scan.finish();
}

/// Claims the charts that may go before the scan ends; the catalog learns the others.
void Pass::claim(const volume::ScanBatch& batch, live::CatalogScan& scan) {
  std::string directory;  // once it is needed
  for (const volume::ScanBatch::Chart& chart : batch.charts()) {
    const std::optional<retention::Reason> reason = reason_to_claim(chart.state);
    if (reason) {
      if (directory.empty()) directory = in_.live.catalog().path(scan.directory());
      claims_.add({charts::snapshot_of(directory, std::string(chart.name), chart.state), *reason});
    }
    // In a dry run all charts stay.
    if (reason && !is_dry()) scan.leave_out(chart);
    else scan.learn(chart);
  }
}

std::optional<retention::Reason> Pass::reason_to_claim(const charts::ChartState& state) const {
  if (!is_retention()) return retention::Reason::requested;
  // A dry run plans from the catalog, which has all charts.
  if (is_dry()) return {};
  const FileTime modified{std::chrono::nanoseconds(state.fingerprint.modified_ns)};
  return retention::reason_before_plan(modified, policy_.limits, now_);
}

/// Notes a directory that was read to its end.
void Pass::note_directory(DirectoryIndex directory) {
  const charts::Catalog& catalog = in_.live.catalog();
  if (is_retention()) {
    if (retention::is_long_empty_set(catalog, directory, policy_.limits, now_))
      claims_.add_empty_set(catalog.path(directory));
    return;
  }
  report_.files_kept += catalog.directory(directory).others();
  if (holds_charts_only(catalog, directory)) claims_.add_empty_set(catalog.path(directory));
}

void Pass::recover() {
  const volume::RecoveryResult done = in_.live.recover(scan_context());
  if (done.put_back + done.discarded == 0) return;
  report_.charts_seen += done.put_back;
  in_.log.write(LogLevel::warning, "Charts that an interrupted cleanup had set aside were put right",
                {{"put_back", done.put_back}, {"dropped", done.discarded}});
}

}  // namespace reaper::sweep
