#include "sweep/history.hpp"

#include <algorithm>
#include <utility>

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

/// A ring while the newest records of all rings are merged: its first `count` records are left.
struct Left {
  const std::deque<SweepRecord>* records;
  std::size_t count;

  [[nodiscard]] const SweepRecord& newest() const { return (*records)[count - 1]; }
};

}  // namespace

History::History() : durations_(k_duration_bounds) {}

void History::note(const Report& report) {
  if (report.request.dry_run == DryRun::yes) return;
  SweepRecord record = record_of(report);
  if (report.storage) {
    const std::uint64_t vanished = report.storage->vanished_charts;
    record.vanished = vanished - std::min(vanished, std::exchange(vanished_before_, vanished));
  }
  SweepRing& ring = ring_of(record);
  ring.add(std::move(record));
  // A snapshot must not change, so copy the list if one holds it.
  if (removals_.use_count() > 1 && !report.removed.empty())
    removals_ = std::make_shared<std::deque<RemovalRecord>>(*removals_);
  for (const RemovedChart& chart : report.removed) {
    if (removals_->size() == k_max_removals) removals_->pop_front();
    removals_->push_back({chart, report.started});
  }
  durations_.observe(std::chrono::duration<double>(report.duration).count());
  const Trigger trigger = report.request.trigger;
  if (trigger == Trigger::start || trigger == Trigger::timer) last_timed_end_ = report.started + report.duration;
}

SweepRing& History::ring_of(const SweepRecord& record) {
  if (record.files_removed >= k_large_sweep) return large_;
  if (record.errors != 0 || record.problem) return failed_;
  switch (record.trigger) {
    case Trigger::start:
    case Trigger::timer: return timed_;
    case Trigger::limit: return at_limit_;
    case Trigger::request:
    case Trigger::command: return asked_;
  }
  return asked_;
}

std::vector<SweepRecord> History::newest_sweeps(std::size_t max) const {
  std::vector<Left> rings;
  for (const SweepRing* ring : {&at_limit_, &timed_, &asked_, &large_, &failed_})
    if (!ring->records().empty()) rings.push_back({&ring->records(), ring->records().size()});
  std::vector<SweepRecord> newest;
  while (newest.size() < max && !rings.empty()) {
    const auto next = std::ranges::max_element(rings, {}, [](const Left& left) { return left.newest().started; });
    newest.push_back(next->newest());
    if (--next->count == 0) rings.erase(next);
  }
  return newest;
}

}  // namespace reaper::sweep
