#include "sweep/read_model.hpp"

#include <cstddef>
#include <utility>

namespace reaper::sweep {
namespace {

/// Returns the value for a change: a copy if a snapshot holds it. Snapshots are taken on this thread only, so the count
/// is exact.
template <class Value>
Value& own(std::shared_ptr<Value>& value) {
  if (value.use_count() > 1) value = std::make_shared<Value>(*value);
  return *value;
}

/// Returns true if the report tells whether removals work. A successful DELETE of one set says nothing about other
/// sets, unless the same DELETE failed before. A sweep that found the root unusable says nothing about removals.
bool tells_how_removal_stands(const Report& report, const Report* before) {
  if (report.stopped || report.problem) return false;
  const Request& request = report.request;
  if (request.scope == Scope::retention || report.failed != 0 || report.nothing_could_be_done()) return true;
  return before != nullptr && before->request.scope == request.scope && before->request.set == request.set;
}

/// Returns true if the figures say more than the last ones. Where changes are not followed, only a scan and our own
/// removals change them; a later point with the same values would claim that the charts were counted again.
bool are_news(const Storage& storage, const Storage* last) {
  return last == nullptr || !storage.unseen_since || storage.unseen_since != last->unseen_since ||
         storage.bytes != last->bytes || storage.files != last->files;
}

void add(Totals& totals, const std::shared_ptr<const Report>& report) {
  for (std::size_t i = 0; i < report->by_reason.size(); ++i) {
    totals.removed[i].files += report->by_reason[i].files;
    totals.removed[i].bytes += report->by_reason[i].bytes;
  }
  for (const auto& [why, count] : report->newly_skipped) totals.skipped[why] += count;
  for (const auto& [operation, count] : report->errors_by_operation) totals.errors_by_operation[operation] += count;
  totals.sweeps[{report->request.trigger, report->errors == 0}] += 1;
  totals.directories_removed += report->directories_removed;
  totals.last = report;
  if (tells_how_removal_stands(*report, totals.last_telling.get())) totals.last_telling = report;
  if (report->youngest_removed_for_room)
    totals.room_removal = RoomRemoval{report->started + report->duration, *report->youngest_removed_for_room};
}

}  // namespace

Snapshot ReadModel::snapshot() const {
  const std::chrono::nanoseconds now = clock_->since_boot();
  return {storage_, root_, totals_, history_, usage_, {removed_.last_day(now), vanished_.last_day(now)}};
}

bool ReadModel::has_storage_within(Clock::duration age) const {
  return storage_ && storage_at_ && Clock::now() - *storage_at_ < age;
}

void ReadModel::note_report(const std::shared_ptr<const Report>& report) {
  // The next update finds the changes of a DELETE of one set.
  if (!report->storage) expire_storage();
  if (report->request.dry_run == DryRun::yes) return;
  removed_.add(clock_->since_boot(), report->files_removed);
  own(history_).note(*report);
  add(own(totals_), report);
}

void ReadModel::note_result(const StorageResult& result) {
  if (result.storage) {
    storage_at_ = Clock::now();
    return note_interim_result(result);
  }
  // Do not judge the figures of the old root by the limits of the new one. Opening a root creates a new traits object.
  const bool is_other_root = root_.volume != result.root.volume;
  root_ = result.root;
  if (!root_.problem.empty() || is_other_root) storage_.reset();
  tell_change();
}

void ReadModel::note_interim_result(const StorageResult& result) {
  root_ = result.root;
  const std::shared_ptr<const Storage> last = std::exchange(storage_, result.storage);
  if (are_news(*storage_, last.get())) own(usage_).note({storage_->as_of, storage_->bytes, storage_->files});
  note_vanished(storage_->vanished_charts);
  tell_change();
}

/// Interim figures of a sweep may arrive after its final ones, so lower numbers are ignored. For a standby, charts
/// vanish because the active reaper removes them.
void ReadModel::note_vanished(std::uint64_t vanished_since_start) {
  if (vanished_since_start <= vanished_since_start_) return;
  if (root_.role != volume::Role::standby)
    vanished_.add(clock_->since_boot(), vanished_since_start - vanished_since_start_);
  vanished_since_start_ = vanished_since_start;
}

void ReadModel::tell_change() {
  changed_.notify_all();
  if (on_change_) on_change_();
}

}  // namespace reaper::sweep
