#include "live/catalog_scan.hpp"

#include "volume/quarantine_name.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace reaper::live {
namespace {

using charts::DirectoryIndex;
using volume::ScanBatch;

}  // namespace

CatalogScan::CatalogScan(LiveCatalog& live, DirectoryIndex start, const ScanContext& context, ScanKind kind)
    : live_(live),
      start_(start),
      context_(context),
      kind_(kind),
      began_(live.clock_->now()),
      young_since_ns_((began_ - k_time_step).time_since_epoch().count()),
      times_(*live.root_, *live.clock_, live.catalog_, live.is_kept() ? RecentTimes::ignored : RecentTimes::noted),
      scan_(*live.root_, live.catalog_.path(start),
            {context.patterns, *live.progress_, context.failures, context.stop, &live.room_.headroom(),
             kind != ScanKind::changed}) {
  if (is_full() && live.is_watched()) drift_check_.emplace(live.catalog_);
  if (is_full()) live.begin_full_scan(context, drift_check_.has_value());
  // Trust a watch only if no event was lost and the last full scan found no drift. Otherwise another directory may have
  // the path now, while the watch is still on the old one.
  if (live.inotify_) live.inotify_->trust_known(drift_check() != nullptr && live.drift() == 0);
  if (live.has_watches()) scan_.read_again();
  has_memory_limit_ = live.memory_limit().has_value();
  if (begins_round()) live.catalog_.begin_scan();
}

CatalogScan::~CatalogScan() {
  if (is_finished_) return;
  live_.room_.set_waiting(0);
  if (is_full()) live_.scanned_ = false;
}

/// Returns null without watches: then no event could have reported a change.
DriftCheck* CatalogScan::drift_check() { return drift_check_ && live_.has_watches() ? &*drift_check_ : nullptr; }

const ScanBatch* CatalogScan::next() {
  assert(!reading_ || !batch_.is_last());  // fails if end_batch() was not called
  if (!reading_) {
    drop_if_idle();
    directory_ = charts::k_no_directory;
    if (!open_next()) return nullptr;
  }
  if (!scan_.read(batch_)) return nullptr;
  reading_->add_subdirectories(batch_.subdirectories());
  reading_->add_others(batch_.others());
  for (const std::string& name : batch_.leftovers()) {
    live_.leftovers_.push_back({live_.catalog_.path(directory_), name});
    quarantined_.push_back(volume::original_name(name).value_or(""));
  }
  live_.room_.set_waiting(scan_.pending());
  return &batch_;
}

void CatalogScan::learn_all() {
  while (const ScanBatch* const batch = next()) {
    for (const ScanBatch::Chart& chart : batch->charts()) learn(chart);
    end_batch();
  }
}

bool CatalogScan::open_next() {
  while (scan_.next_directory()) {
    if (!enter()) continue;
    switch (scan_.open()) {
      case volume::Scan::Opening::opened: begin_reading(); return true;
      case volume::Scan::Opening::gone:
        if (scan_.depth() != 0) forget(directory_);
        break;
      // The directory is not read, so nothing in it counts as gone.
      case volume::Scan::Opening::mount:
        charts::Reading(live_.catalog_, directory_).fail();
        live_.catalog_.mark_mount(directory_);
        break;
      case volume::Scan::Opening::failed: charts::Reading(live_.catalog_, directory_).fail(); break;
    }
  }
  return false;
}

/// Finds or adds the directory in the catalog. Returns false if it must not be read.
bool CatalogScan::enter() {
  directory_ = start_;
  if (scan_.depth() == 0) return true;
  const Above& above = above_[scan_.depth() - 1];
  charts::Catalog& catalog = live_.catalog_;
  // Even in a new directory a name can appear twice, if another process renames files while we read it.
  const DirectoryIndex known =
      above.is_new ? charts::k_no_directory : catalog.find_directory(above.directory, scan_.name());
  const auto [directory, is_new] =
      known == charts::k_no_directory ? catalog.add_directory(above.directory, scan_.name()) : std::pair(known, false);
  directory_ = directory;
  if (DriftCheck* const check = drift_check(); check != nullptr && is_new) check->note_new(directory);
  if (kind_ != ScanKind::changed || is_new) return true;
  catalog.mark_found(directory);
  return false;
}

void CatalogScan::begin_reading() {
  above_[scan_.depth()] = {directory_, live_.catalog_.directory(directory_).children() == 0};
  reading_.emplace(live_.catalog_, directory_);
  holds_unknown_charts_ = false;
  changed_ = 0;
  quarantined_.clear();
  ChangeSource* const source = live_.source();
  if (source != nullptr) source->before_reading(directory_, scan_, context_);
  // The source may have ended its watches; then another source is in use.
  if (ChangeSource* const now = live_.source(); now != source) now->before_reading(directory_, scan_, context_);
}

void CatalogScan::leave_out(const ScanBatch::Chart& chart) {
  charts::Catalog& catalog = live_.catalog_;
  const bool was_known = catalog.directory(directory_).charts() != 0 && catalog.forget(directory_, chart.name);
  if (DriftCheck* const check = drift_check(); check != nullptr && !was_known) check->suspect(directory_, chart.name);
  holds_unknown_charts_ = true;
}

void CatalogScan::learn(const ScanBatch::Chart& chart) {
  // Without a memory limit there is always room. Skip the check then, since it costs time for each chart.
  if (has_memory_limit_ && only_counts(chart)) return;
  const std::uint64_t linked_before = live_.catalog_.linked_count();
  const bool has_changed = reading_->put(chart.name, chart.state) != charts::Change::none;
  // A catalog that is not kept needs no notes.
  if (!has_changed || !live_.is_kept()) return;
  note_change(chart, live_.catalog_.linked_count() < linked_before);
}

void CatalogScan::note_change(const ScanBatch::Chart& chart, bool was_linked) {
  const charts::ChartState& state = chart.state;
  ++changed_;
  if (live_.scanned_) live_.vanished_.note_came(state.fingerprint.modified_ns, state.counted_bytes);
  // Writing a chart under one of its two names, or removing a name, changes it under both. Events report only one.
  if (DriftCheck* const check = drift_check(); check != nullptr && !state.linked && !was_linked)
    check->suspect(directory_, chart.name);
  const bool may_go_on = state.fingerprint.size_bytes == 0 || state.fingerprint.changed_ns > young_since_ns_;
  if (may_go_on && live_.follows_changes() && !live_.unsettled_.full())
    live_.unsettled_.add({live_.catalog_.path(directory_), std::string(chart.name)});
  if (live_.scanned_ && !live_.is_watched()) ++live_.charts_written_;
}

/// Returns true if the chart is only counted, because there is no memory to store it.
bool CatalogScan::only_counts(const ScanBatch::Chart& chart) {
  if (live_.has_room() || live_.catalog_.find(directory_, chart.name) != charts::k_no_chart) return false;
  holds_unknown_charts_ = true;
  // Only a full scan counts them. Other scans would count the same charts again.
  if (!is_full()) return true;
  OnlyCounted& counted = live_.only_counted_;
  ++counted.charts;
  counted.bytes += chart.state.counted_bytes;
  counted.allocated_bytes += chart.state.allocated_bytes;
  return true;
}

bool CatalogScan::end_batch() {
  if (!batch_.is_last()) return false;
  if (batch_.ending() != ScanBatch::Ending::complete) reading_->fail();
  end_reading();
  return true;
}

void CatalogScan::end_reading() {
  live_.note_directory_read(context_.patterns);
  charts::Catalog& catalog = live_.catalog_;
  const charts::Directory& read = catalog.directory(directory_);
  // The directory holds charts that the catalog does not know. So its time does not say since when it has been empty.
  if (holds_unknown_charts_ && read.seems_empty()) catalog.set_modified(directory_, charts::k_not_looked_at);
  else if (live_.watching_ != Watching::poll && read.seems_empty()) times_.note(directory_, scan_.time(), context_);
  if (DriftCheck* const check = drift_check(); check != nullptr && read.is_complete())
    reading_->for_each_unseen_chart([&](charts::ChartIndex index) {
      const charts::Chart& chart = catalog.chart(index);
      if (!chart.is_linked()) check->suspect(directory_, catalog.name(chart));
    });
  if (read.is_complete()) note_vanished();
  reading_->finish();
  reading_.reset();
  catalog.expect_directories(scan_.pending());
}

/// Counts missing charts as vanished, unless they may have been renamed. A chart that was being written during the last
/// check may have had a temporary name then. No event reports the rename, so each new or changed chart of the directory
/// explains one missing chart.
void CatalogScan::note_vanished() {
  const charts::Catalog& catalog = live_.catalog_;
  std::uint64_t finished = changed_;
  reading_->for_each_unseen_chart([&](charts::ChartIndex index) {
    const charts::Chart& chart = catalog.chart(index);
    if (std::find(quarantined_.begin(), quarantined_.end(), catalog.name(chart)) != quarantined_.end()) return;
    const bool may_be_renamed = finished != 0 && VanishedCharts::may_be_temporary(chart.modified(), live_.last_look_);
    if (may_be_renamed) --finished;
    else live_.vanished_.note_gone(index);
  });
}

/// Forgets a directory without charts if nothing will use it, or if there is no memory for more. A removed empty set
/// may already be forgotten.
void CatalogScan::drop_if_idle() {
  if (directory_ == charts::k_no_directory) return;
  const bool is_of_use = live_.is_kept() ? live_.has_room() : kind_ != ScanKind::sweep;
  if (!is_of_use && live_.is_idle(directory_)) live_.forget_with_watches(directory_);
}

void CatalogScan::forget(DirectoryIndex index) {
  if (DriftCheck* const check = drift_check()) check->suspect_directory(index);
  live_.forget_with_watches(index);
}

volume::ScanResult CatalogScan::finish() {
  live_.room_.set_waiting(0);
  if (begins_round()) end_round(scan_.result());
  is_finished_ = true;
  return scan_.result();
}

void CatalogScan::end_round(const volume::ScanResult& result) {
  if (!result.stopped)
    for (const DirectoryIndex gone : live_.catalog_.unseen_directories(start_)) forget(gone);
  if (!result.found && !is_full()) forget(start_);
  if (!is_full()) return;
  live_.scanned_ = result.found && !result.stopped;
  if (!live_.scanned_) return;
  live_.end_full_scan(context_, drift_check());
  live_.end_look(began_);
}

}  // namespace reaper::live
