#include "sweep/history.hpp"

namespace reaper::sweep {
namespace {

/// From a sweep of an empty volume to one over a million charts on a network volume.
constexpr std::array k_duration_bounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0};

SweepRecord record_of(const Report& report) {
  SweepRecord record{.started = report.started,
                     .duration = report.duration,
                     .trigger = report.request.trigger,
                     .scope = report.request.scope,
                     .full_scan = report.full_scan,
                     .charts_seen = report.charts_seen,
                     .files_removed = report.files_removed,
                     .directories_removed = report.directories_removed,
                     .bytes_freed = report.bytes_freed,
                     .errors = report.errors,
                     .by_reason = report.by_reason,
                     .stopped = report.stopped,
                     .age_rule_suspended = report.age_rule_suspended,
                     .problem = report.problem};
  for (const auto& [why, count] : report.skipped) record.skipped += count;
  if (report.storage) record.bytes_left = report.storage->bytes;
  return record;
}

template <class Record>
void push_bounded(std::deque<Record>& records, Record record, std::size_t most) {
  if (records.size() == most) records.pop_front();
  records.push_back(std::move(record));
}

}  // namespace

History::History() : durations_(k_duration_bounds) {}

void History::note(const Report& report) {
  if (report.request.dry_run == DryRun::yes) return;
  push_bounded(sweeps_, record_of(report), k_most_sweeps);
  // Who holds a snapshot keeps what it holds.
  if (removals_.use_count() > 1 && !report.removed.empty())
    removals_ = std::make_shared<std::deque<RemovalRecord>>(*removals_);
  for (const RemovedChart& chart : report.removed)
    push_bounded(*removals_, RemovalRecord{chart, report.started}, k_most_removals);
  durations_.observe(std::chrono::duration<double>(report.duration).count());
  const Trigger trigger = report.request.trigger;
  if (trigger == Trigger::start || trigger == Trigger::timer) last_timed_end_ = report.started + report.duration;
}

}  // namespace reaper::sweep
