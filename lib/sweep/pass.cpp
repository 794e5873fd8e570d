#include "sweep/pass.hpp"

#include "base/thread_priority.hpp"
#include "sweep/removal_run.hpp"
#include "sweep/storage.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace reaper::sweep {
namespace {

using base::FileTime;
using charts::DirectoryIndex;
using retention::Removal;
using volume::Activity;

/// The number of charts in one plan. Each plan starts again at the oldest chart.
constexpr std::size_t k_plan_charts = RemovalRun::k_max_charts;

/// The known total may exceed the limit by a quarter of it, and at least by this, before a scan removes the oldest
/// charts. Each such removal must sort them.
constexpr std::uint64_t k_trim_slack_bytes = 64 * 1024 * 1024;

/// Without memory for more charts, the excess is this part of the known total: one sixteenth. Less would sort all
/// charts for a few removals.
constexpr std::uint64_t k_trim_part_when_full = 16;

constexpr FileTime k_whenever = FileTime(std::chrono::nanoseconds(INT64_MAX));

std::vector<const Removal*> pointers_to(const std::vector<Removal>& plan) {
  std::vector<const Removal*> pointers;
  pointers.reserve(plan.size());
  for (const Removal& removal : plan) pointers.push_back(&removal);
  return pointers;
}

std::vector<const Removal*> in_order_of_removal(const std::vector<Removal>& charts) {
  std::vector<const Removal*> ordered = pointers_to(charts);
  std::sort(ordered.begin(), ordered.end(), [](const Removal* left, const Removal* right) {
    return charts::removed_before(left->chart, right->chart);
  });
  return ordered;
}

/// Returns Asked::yes for a sweep that a client or the command asked for. Such a sweep gets one try even while removing
/// charts frees no space.
retention::FreeSpaceGuard::Asked asked_by(const Request& request) {
  const bool is_asked = request.trigger == Trigger::request || request.trigger == Trigger::command;
  return is_asked ? retention::FreeSpaceGuard::Asked::yes : retention::FreeSpaceGuard::Asked::no;
}

}  // namespace

Pass::Pass(PassContext context, const Policy& policy, std::stop_token stop, Report& report)
    : in_(std::move(context)),
      policy_(policy),
      stop_(std::move(stop)),
      report_(report),
      now_(in_.clock.now()),
      boot_now_(in_.clock.since_boot()),
      report_builder_({in_.log, in_.skip_counter, in_.audit}, report, now_),
      space_(space_parts(), asked_by(report.request)),
      plan_trial_({in_.root, in_.progress, removal_failures_, report_builder_}),
      publisher_({in_, policy_.limits, claims_, report.request.dry_run}),
      remover_({in_, policy_, stop_, report_builder_, space_, publisher_, removal_failures_, fallbacks_}) {}

live::ScanContext Pass::scan_context() { return {policy_.patterns, reading_failures_, stop_}; }

void Pass::run() {
  report_.skipped = {{"busy", 0}, {"changed", 0}, {"not_tried", 0}, {"young", 0}, {"future", 0}};
  trimmed_bytes_ = policy_.limits.max_size_bytes;
  space_.open();
  read();
  report_.stopped = scan_.stopped;
  if (!scan_.stopped) {
    if (!is_dry()) recover();
    remove_claimed();
    if (is_retention()) is_dry() ? plan_only() : plan_and_remove();
  }
  report_.stopped = report_.stopped || stop_.stop_requested();
  finish_report();
  in_.live.catalog().end_exclusions();
}

// Planning

/// Removes the oldest charts until the known total is within the limit. This may take many plans, because thousands of
/// small charts may be only a small part of the excess.
void Pass::trim_to_limit() {
  const auto next_plan = [this] {
    retention::Limits limits = this->limits();
    limits.age_rule = retention::AgeRule::suspended;
    return retention::plan_retention(in_.live.catalog(), limits, {.now = now_, .max_charts = k_plan_charts});
  };
  for (auto plan = next_plan(); !plan.empty() && !stop_.stop_requested(); plan = next_plan())
    remover_.remove(pointers_to(plan));
  in_.live.make_room();
  // If only young charts are left, wait until there are many more before the next try.
  trimmed_bytes_ = std::max(policy_.limits.max_size_bytes, total_bytes());
  in_.progress.activity = Activity::scanning;
}

/// Returns the excess over the limit at which the oldest charts are removed during a scan. It is smaller without memory
/// for more charts.
std::uint64_t Pass::trim_slack_bytes() {
  if (!in_.live.has_room()) return in_.live.catalog().total_bytes() / k_trim_part_when_full;
  return std::max(policy_.limits.max_size_bytes / 4, k_trim_slack_bytes);
}

std::uint64_t Pass::total_bytes() const { return in_.live.catalog().total_bytes() + in_.live.only_counted().bytes; }

retention::Limits Pass::limits() const { return limits_for(in_.live, policy_.limits); }

/// Advances `now` during a long pass, so that charts expire on time and new ones are not "from the future".
FileTime Pass::time() const { return now_ + (in_.clock.since_boot() - boot_now_); }

retention::Moment Pass::moment() const { return {time(), space_.demand(), k_plan_charts}; }

void Pass::plan_only() {
  space_.fix_demand(DryRun::yes);
  charts::Catalog& catalog = in_.live.catalog();
  for (auto plan = retention::plan_retention(catalog, limits(), moment()); !plan.empty();
       plan = retention::plan_retention(catalog, limits(), moment())) {
    plan_trial_.note(pointers_to(plan));
    for (const Removal& removal : plan) {
      space_.note_planned(removal);
      exclude_from_plan(removal);
    }
  }
}

/// Plans and removes in parts. Between the parts the catalog follows the writers, so charts written meanwhile are
/// planned, too.
void Pass::plan_and_remove() {
  charts::Catalog& catalog = in_.live.catalog();
  // Limits the charts planned in this pass. Otherwise it would never end while writers exceed the limit.
  std::uint64_t left = catalog.chart_count() + k_plan_charts;
  const Remover::NextPlan next_plan = [&] {
    std::vector<Removal> plan;
    if (stop_.stop_requested()) return plan;
    if (in_.live.is_watched()) in_.live.refresh(scan_context());
    plan = retention::plan_retention(catalog, limits(), moment());
    if (plan.size() > left) plan.clear();
    left -= plan.size();
    for (const Removal& removal : plan) {
      space_.note_planned(removal);
      exclude_from_plan(removal);
    }
    return plan;
  };
  bool goes_on = true;
  while (goes_on) {
    space_.fix_demand(DryRun::no);
    for (auto plan = next_plan(); !plan.empty(); plan = next_plan()) remover_.remove(pointers_to(plan), next_plan);
    if (space_.has_made_room() && in_.live.is_watched()) in_.live.refresh(scan_context());
    goes_on = space_.close();
  }
}

// Removing

void Pass::remove_claimed() {
  const std::vector<Removal> charts = claims_.take_charts();
  const std::vector<std::string> empty_sets = claims_.take_empty_sets();
  const std::vector<const Removal*> oldest_first = in_order_of_removal(charts);
  if (is_dry()) {
    plan_trial_.note(oldest_first);
    for (const std::string& path : empty_sets) plan_trial_.note_empty_set(path);
    return;
  }
  remover_.remove(oldest_first);
  remover_.remove_directories(empty_sets, is_retention() ? now_ - policy_.limits.max_age : k_whenever);
  in_.progress.activity = Activity::scanning;
  base::set_thread_priority(base::Priority::background);
}

void Pass::exclude_from_plan(const Removal& removal) {
  charts::Catalog& catalog = in_.live.catalog();
  const DirectoryIndex directory = catalog.find_directory(removal.chart.directory);
  if (directory == charts::k_no_directory) return;
  if (const auto known = catalog.find(directory, removal.chart.name); known != charts::k_no_chart)
    catalog.exclude_from_plan(known);
}

// Reporting

void Pass::finish_report() {
  if (!is_dry()) in_.live.settle_vanished(scan_context());
  charts::Catalog& catalog = in_.live.catalog();
  if (is_retention()) {
    const std::uint64_t stays = catalog.total_bytes() - catalog.excluded_bytes();
    for (const charts::ChartIndex young : retention::young_over_limit(catalog, policy_.limits, time(), stays))
      report_builder_.note_skipped("young", catalog, young);
    catalog.for_each_future_chart(
        [&](charts::ChartIndex chart) { report_builder_.note_skipped("future", catalog, chart); });
  } else {
    report_.found = report_.charts_seen != 0 || report_.directories_removed != 0;
  }
  report_builder_.note_trouble({removal_failures_, reading_failures_, fallbacks_, scan_});
  report_builder_.note_left(in_.left_charts.end_sweep(in_.root.is_local(), in_.clock.since_boot()));
  if (knows_all_charts()) report_.storage = storage_of(space_parts(), policy_.limits, time());
  in_.progress.activity = Activity::idle;
}

}  // namespace reaper::sweep
