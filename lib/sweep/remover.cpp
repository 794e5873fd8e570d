#include "sweep/remover.hpp"

#include "base/thread_priority.hpp"
#include "sweep/removal_run.hpp"
#include "volume/remove_directory.hpp"

#include <cstddef>
#include <utility>

namespace reaper::sweep {
namespace {

using retention::Removal;
using volume::Activity;
using volume::Outcome;

/// Collect events at this interval. Otherwise events of our own removals would fill the kernel's queue, which holds
/// those of thousands of charts.
constexpr std::size_t k_charts_between_events = 256;

}  // namespace

void Remover::remove(std::vector<const Removal*> plan, const NextPlan& next_plan) {
  if (plan.empty()) return;
  const PassContext& context = in_.context;
  context.progress.activity = Activity::removing;
  base::set_thread_priority(base::Priority::considerate);
  context.root.pool().rest();  // new threads get this priority, too
  RemovalRun run({context.root, in_.policy.limits, context.clock, in_.policy.max_removals_per_second},
                 {in_.failures, in_.fallbacks, context.progress, in_.stop}, std::move(plan));
  std::size_t recorded = 0;
  while (!run.is_over()) {
    if (next_plan && run.wants_plan()) run.add(next_plan());
    for (const auto& [removal, result] : run.advance()) {
      if (recorded++ % k_charts_between_events == 0) context.live.collect_events(in_.policy.patterns);
      record(*removal, result);
    }
  }
}

void Remover::record(const Removal& removal, const volume::RemovalResult& result) {
  in_.report_builder.note(removal, result);
  in_.context.left_charts.note(removal.chart, result.outcome);
  in_.publisher.publish_now_and_then();
  live::LiveCatalog& live = in_.context.live;
  const charts::ChartSnapshot& chart = removal.chart;
  if (result.outcome == Outcome::removed || result.outcome == Outcome::gone) {
    in_.space.note_gone(removal);
    return result.outcome == Outcome::removed ? live.forget_chart(chart) : live.forget_gone(chart);
  }
  in_.space.note_kept(removal);
  if (result.left_in_quarantine) return live.note_left_in_quarantine(chart);
  const charts::ChartIndex stays = result.outcome == Outcome::changed
                                       ? live.recheck(chart, {in_.policy.patterns, in_.failures, in_.stop})
                                       : live.keep(chart);
  if (stays != charts::k_no_chart) live.catalog().exclude_from_plan(stays);
}

void Remover::remove_directories(const std::vector<std::string>& paths, base::FileTime unchanged_since) {
  volume::Root& root = in_.context.root;
  if (paths.empty() || !root.is_current()) return;
  for (const std::string& path : paths) {
    if (in_.stop.stop_requested()) return;
    const Outcome outcome = volume::remove_directory(root, path, unchanged_since, in_.failures);
    if (outcome == Outcome::failed) in_.report_builder.note_failed_directory();
    if (outcome == Outcome::removed) in_.report_builder.note_removed_directory(path);
    if (outcome == Outcome::removed || outcome == Outcome::gone) in_.context.live.forget_directory(path);
  }
}

}  // namespace reaper::sweep
