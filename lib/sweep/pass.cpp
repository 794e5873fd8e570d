#include "sweep/pass.hpp"

#include "base/json_number.hpp"
#include "charts/chart_set.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace reaper::sweep {
namespace {

using charts::DirectoryIndex;
using retention::Removal;
using telemetry::LogLevel;
using volume::Outcome;

/// For the log: a thousandth of an hour or of a second is enough for people.
template <class Unit>
double count_of(std::chrono::nanoseconds time) {
  return base::rounded(std::chrono::duration<double, Unit>(time).count(), 3);
}

/// Why a chart that was planned stays, as the report calls it; empty if it does not stay, or stays because of an error.
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

/// A DELETE takes the directory of a chart set along if nothing is left in it.
bool is_set_without_other_content(const charts::Directory& directory) {
  if (!directory.complete || directory.subdirectories != 0 || directory.others != 0) return false;
  const std::string_view path = directory.path;
  return charts::parse_chart_set_name(path.substr(path.rfind('/') + 1)).has_value();
}

}  // namespace

Pass::Pass(Surroundings surroundings, Policy policy, std::stop_token stop, Report& report)
    : in_(surroundings), policy_(std::move(policy)), stop_(std::move(stop)), report_(report) {}

void Pass::run() {
  scan_ = volume::scan(in_.root, report_.request.set, {policy_.patterns, in_.progress, stop_});
  report_.stopped = scan_.stopped;
  if (scan_.stopped) return;
  now_ = in_.clock.now();
  if (report_.request.dry_run == DryRun::no) put_right();

  report_.charts_seen = scan_.catalog.charts().size();
  gone_.assign(scan_.catalog.charts().size(), false);
  const retention::Plan plan = make_plan();
  report_.skipped = {{"busy", 0}, {"changed", 0}, {"not_tried", 0}};
  report_.skipped["young"] = plan.kept_young;
  report_.skipped["future"] = plan.from_the_future;
  if (report_.request.dry_run == DryRun::yes) pretend(plan);
  else carry_out(plan);
  if (report_.request.scope != Scope::retention) count_kept();
  publish_storage();
  report_trouble();
}

void Pass::put_right() {
  const volume::PutRight done = volume::put_right(in_.root, scan_, policy_.patterns, now_);
  if (done.put_back + done.dropped == 0) return;
  in_.log.write(LogLevel::warning, "Charts that an interrupted cleanup had set aside were put right",
                {{"put_back", done.put_back}, {"dropped", done.dropped}});
}

retention::Plan Pass::make_plan() const {
  if (report_.request.scope == Scope::retention) return retention::plan_retention(scan_.catalog, policy_.limits, now_);
  return retention::plan_request(scan_.catalog);
}

void Pass::pretend(const retention::Plan& plan) {
  for (const Removal& removal : plan.removals) {
    const charts::Chart& chart = scan_.catalog.chart(removal.chart);
    gone_[removal.chart] = true;
    count_removed(removal, chart.links == 1 ? chart.counted_bytes : 0);
  }
  report_.directories_removed =
      report_.request.scope == Scope::retention ? plan.empty_sets.size() : emptied_sets().size();
  // The volume itself is as it was.
  gone_.assign(gone_.size(), false);
}

void Pass::carry_out(const retention::Plan& plan) {
  std::vector<charts::ChartIndex> charts;
  charts.reserve(plan.removals.size());
  for (const Removal& removal : plan.removals) charts.push_back(removal.chart);

  volume::remove(
      in_.root, scan_.catalog, charts,
      {.still_removable =
           [&](std::size_t position) {
             const Removal& removal = plan.removals[position];
             return retention::still_removable(scan_.catalog.chart(removal.chart), removal.reason, policy_.limits,
                                               in_.clock.now());
           },
       .on_concluded = [&](std::size_t position,
                           const volume::Conclusion& conclusion) { conclude(plan.removals[position], conclusion); },
       .failures = scan_.failures,
       .fallbacks = fallbacks_,
       .progress = in_.progress,
       .stop = stop_});
  report_.stopped = stop_.stop_requested();
  remove_directories(report_.request.scope == Scope::retention ? plan.empty_sets : emptied_sets());
}

void Pass::conclude(const Removal& removal, const volume::Conclusion& conclusion) {
  gone_[removal.chart] = conclusion.outcome == Outcome::removed || conclusion.outcome == Outcome::gone;
  if (const auto why = kept_because(conclusion.outcome); !why.empty()) ++report_.skipped[why];
  if (conclusion.outcome != Outcome::removed) return;
  count_removed(removal, conclusion.freed_bytes);
  if (report_.files_removed > Report::k_most_listed) return;
  const RemovedChart& chart = report_.removed.back();
  in_.log.write(LogLevel::info, "Chart removed",
                {{"path", chart.path},
                 {"size_bytes", chart.size_bytes},
                 {"age_hours", count_of<std::ratio<3600>>(chart.age)},
                 {"reason", retention::to_string(chart.reason)}});
}

void Pass::count_removed(const Removal& removal, std::uint64_t freed_bytes) {
  const charts::Chart& chart = scan_.catalog.chart(removal.chart);
  report_.files_removed += 1;
  report_.bytes_freed += freed_bytes;
  ReasonTotals& totals = report_.by_reason[static_cast<std::size_t>(removal.reason)];
  totals.files += 1;
  totals.bytes += freed_bytes;
  if (report_.removed.size() < Report::k_most_listed)
    report_.removed.push_back(
        {scan_.catalog.path(chart), chart.counted_bytes, now_ - chart.modified(), removal.reason});
}

std::vector<DirectoryIndex> Pass::emptied_sets() const {
  std::vector<std::uint32_t> charts_left;
  for (const charts::Directory& directory : scan_.catalog.directories()) charts_left.push_back(directory.charts);
  for (charts::ChartIndex i = 0; i < gone_.size(); ++i)
    if (gone_[i]) --charts_left[scan_.catalog.chart(i).directory];

  std::vector<DirectoryIndex> sets;
  for (DirectoryIndex i = 0; i < charts_left.size(); ++i)
    if (charts_left[i] == 0 && is_set_without_other_content(scan_.catalog.directory(i))) sets.push_back(i);
  return sets;
}

void Pass::remove_directories(const std::vector<DirectoryIndex>& directories) {
  if (!directories.empty() && !in_.root.is_current()) return;
  for (const DirectoryIndex index : directories) {
    if (stop_.stop_requested()) return;
    const std::string& path = scan_.catalog.directory(index).path;
    if (volume::remove_directory(in_.root, path, scan_.failures) != Outcome::removed) continue;
    ++report_.directories_removed;
    in_.log.write(LogLevel::info, "Empty chart set removed", {{"path", path}});
  }
}

void Pass::count_kept() {
  for (const charts::Directory& directory : scan_.catalog.directories()) report_.files_kept += directory.others;
  report_.found = !scan_.catalog.charts().empty() || report_.directories_removed != 0;
}

void Pass::publish_storage() {
  // A DELETE of one set has looked at that set alone.
  if (report_.request.scope == Scope::set) return;
  report_.storage = storage_of(scan_.catalog, in_.root, now_, gone_);
}

void Pass::report_trouble() {
  telemetry::Log& log = in_.log;
  report_.errors = scan_.failures.total();
  report_.errors_by_operation = scan_.failures.by_operation();
  for (const base::Error& error : scan_.failures.kept())
    log.write(LogLevel::error, "Error during chart cleanup", {{"error", error.message()}});
  if (report_.errors > scan_.failures.kept().size())
    log.write(LogLevel::error, "Error during chart cleanup",
              {{"error", "more of the same kinds"}, {"errors", report_.errors}});

  if (report_.files_removed > Report::k_most_listed && report_.request.dry_run == DryRun::no)
    log.write(LogLevel::info, "Further charts removed", {{"count", report_.files_removed - Report::k_most_listed}});
  if (scan_.too_deep != 0)
    log.write(LogLevel::warning, "Directories too deep to look for charts in", {{"count", scan_.too_deep}});
  if (scan_.mounts != 0) log.write(LogLevel::info, "Mount points left alone", {{"count", scan_.mounts}});
  if (fallbacks_.without_lease + fallbacks_.without_noreplace + fallbacks_.direct != 0)
    log.write(LogLevel::info, "Charts removed in a less protected way than usual",
              {{"without_lease", fallbacks_.without_lease},
               {"without_noreplace", fallbacks_.without_noreplace},
               {"not_set_aside", fallbacks_.direct}});
}

std::shared_ptr<const Storage> storage_of(const charts::Catalog& catalog, const volume::Root& root,
                                          base::FileTime as_of, const std::vector<bool>& gone) {
  auto storage = std::make_shared<Storage>();
  storage->as_of = as_of;
  if (const auto free = root.free_bytes()) storage->free_bytes = *free;
  std::vector<bool> holds_charts(catalog.directories().size(), false);
  const auto& all = catalog.charts();
  for (charts::ChartIndex i = 0; i < all.size(); ++i) {
    if (i < gone.size() && gone[i]) continue;
    const charts::Chart& chart = all[i];
    storage->files += 1;
    storage->bytes += chart.counted_bytes;
    storage->oldest = std::min(storage->oldest.value_or(chart.modified()), chart.modified());
    storage->newest = std::max(storage->newest.value_or(chart.modified()), chart.modified());
    holds_charts[chart.directory] = true;
  }
  storage->sets = static_cast<std::uint64_t>(std::count(holds_charts.begin(), holds_charts.end(), true));
  return storage;
}

void log_completion(telemetry::Log& log, const Report& report) {
  const std::string& who = report.request.asked_by;
  const boost::json::value asked_by = who.empty() ? boost::json::value(nullptr) : boost::json::value(who);
  log.write(LogLevel::info, "Chart cleanup completed",
            {{"trigger", to_string(report.request.trigger)},
             {"scope", to_string(report.request.scope)},
             {"dry_run", report.request.dry_run == DryRun::yes},
             {"charts_seen", report.charts_seen},
             {"files_removed", report.files_removed},
             {"directories_removed", report.directories_removed},
             {"bytes_freed", report.bytes_freed},
             {"errors", report.errors},
             {"duration_seconds", count_of<std::ratio<1>>(report.duration)},
             {"asked_by", asked_by}});
}

}  // namespace reaper::sweep
