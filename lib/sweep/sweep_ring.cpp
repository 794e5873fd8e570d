#include "sweep/sweep_ring.hpp"

#include <utility>

namespace reaper::sweep {
namespace {

bool belong_together(const SweepRecord& earlier, const SweepRecord& later) {
  const auto minute = [](const SweepRecord& record) {
    return std::chrono::floor<std::chrono::minutes>(record.started);
  };
  return earlier.trigger == Trigger::limit && later.trigger == Trigger::limit && minute(earlier) == minute(later);
}

/// Adds the sums of a later sweep. Figures of a moment are replaced by the later ones.
void fold(SweepRecord& record, SweepRecord later) {
  record.duration += later.duration;
  record.sweeps_folded += later.sweeps_folded;
  record.full_scan = record.full_scan || later.full_scan;
  record.charts_seen = later.charts_seen;
  record.files_removed += later.files_removed;
  record.directories_removed += later.directories_removed;
  record.bytes_freed += later.bytes_freed;
  record.errors += later.errors;
  record.skipped = later.skipped;
  record.vanished += later.vanished;
  for (std::size_t i = 0; i < record.by_reason.size(); ++i) {
    record.by_reason[i].files += later.by_reason[i].files;
    record.by_reason[i].bytes += later.by_reason[i].bytes;
  }
  record.stopped = record.stopped || later.stopped;
  record.age_rule_suspended = record.age_rule_suspended || later.age_rule_suspended;
  if (later.problem) record.problem = std::move(later.problem);
  if (later.bytes_left) record.bytes_left = later.bytes_left;
}

}  // namespace

void SweepRing::add(SweepRecord record) {
  if (!records_.empty() && belong_together(records_.back(), record)) return fold(records_.back(), std::move(record));
  if (records_.size() == max_records_) records_.pop_front();
  records_.push_back(std::move(record));
}

}  // namespace reaper::sweep
