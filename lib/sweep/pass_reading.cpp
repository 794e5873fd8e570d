// The part of Pass that scans the volume and removes charts during the scan.

#include "sweep/pass.hpp"

#include "base/thread_priority.hpp"
#include "charts/chart_set.hpp"
#include "volume/removal_window.hpp"

#include <chrono>
#include <string>

namespace reaper::sweep {
namespace {

using base::FileTime;
using charts::DirectoryIndex;
using telemetry::LogLevel;
using volume::Activity;

/// With watches the catalog is already complete. A full scan at this interval only checks it.
constexpr std::chrono::hours k_full_scan_every{6};

/// Returns true if the directory is a chart set that holds nothing but charts. A DELETE then removes the directory,
/// too.
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
      // A write to a chart with two hard links is reported under one name only.
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

/// Returns false after a DELETE of one set as the first sweep, and after a stopped scan. A full scan counts even if
/// events were lost during it, because it read everything.
bool Pass::knows_all_charts() const {
  return in_.live.is_current() || (report_.full_scan && scan_.found && !scan_.stopped);
}

void Pass::scan(DirectoryIndex start) {
  live::CatalogScan scan(in_.live, start, scan_context(), live::ScanKind::sweep);
  while (const volume::ScanBatch* const batch = scan.next()) {
    claim(*batch, scan);
    if (scan.end_batch()) note_directory(scan.directory());
    if (claims_.are_enough(volume::window_charts(in_.root))) {
      remove_claimed();
      scan.drop_read_ahead();
    }
    if (is_retention() && !is_dry() && total_bytes() > trimmed_bytes_ + trim_slack_bytes()) {
      trim_to_limit();
      scan.drop_read_ahead();
    }
    publisher_.publish_now_and_then();
  }
  scan_ = scan.finish();
}

/// Claims the charts that may be removed before the scan ends. All others enter the catalog.
void Pass::claim(const volume::ScanBatch& batch, live::CatalogScan& scan) {
  std::string directory;  // set when first needed
  for (const volume::ScanBatch::Chart& chart : batch.charts()) {
    const std::optional<retention::Reason> reason = reason_to_claim(chart.state);
    if (reason) {
      if (directory.empty()) directory = in_.live.catalog().path(scan.directory());
      claims_.add({charts::snapshot_of(directory, std::string(chart.name), chart.state), *reason});
    }
    // A dry run keeps all charts.
    if (reason && !is_dry()) scan.leave_out(chart);
    else scan.learn(chart);
  }
}

std::optional<retention::Reason> Pass::reason_to_claim(const charts::ChartState& state) const {
  if (!is_retention()) return retention::Reason::requested;
  // A dry run plans from the catalog, which holds all charts.
  if (is_dry()) return {};
  const FileTime modified{std::chrono::nanoseconds(state.fingerprint.modified_ns)};
  return retention::reason_before_plan(modified, policy_.limits, now_);
}

/// Checks a directory that was just read for removal as an empty set.
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
  in_.log.write(LogLevel::warning, "Charts that an interrupted cleanup left in quarantine were recovered",
                {{"put_back", done.put_back}, {"dropped", done.discarded}});
}

}  // namespace reaper::sweep
