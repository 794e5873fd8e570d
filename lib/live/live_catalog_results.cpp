// The part of LiveCatalog that updates the catalog with the results of removals.

#include "live/live_catalog.hpp"
#include "volume/file_state.hpp"
#include "volume/means_gone.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reaper::live {

using charts::DirectoryIndex;

volume::RecoveryResult LiveCatalog::recover(const ScanContext& context) {
  collect_events(context.patterns);
  if (inotify_)
    for (volume::Leftover& leftover : inotify_->take_leftovers()) leftovers_.push_back(std::move(leftover));
  // Two scans, or a scan and an event, may have found the same chart.
  std::sort(leftovers_.begin(), leftovers_.end());
  leftovers_.erase(std::unique(leftovers_.begin(), leftovers_.end()), leftovers_.end());
  volume::RecoveryResult done =
      volume::recover(*root_, catalog_, leftovers_, {context.patterns, context.failures, clock_->now()});
  // A running remover may still be killed, and no event would report that. So keep the charts that remain.
  leftovers_ = done.remaining;
  return done;
}

DirectoryIndex LiveCatalog::home_of(const charts::ChartSnapshot& chart) {
  // A catalog that is not kept forgets directories as soon as they are read, so add the directory again. A catalog that
  // is kept knows it, unless it is gone; an event reports anything new in its place.
  return is_kept() ? catalog_.find_directory(chart.directory) : catalog_.put_directory(chart.directory);
}

charts::ChartIndex LiveCatalog::keep(const charts::ChartSnapshot& chart) {
  const DirectoryIndex directory = home_of(chart);
  if (directory == charts::k_no_directory) return charts::k_no_chart;
  catalog_.put(directory, chart);
  return catalog_.find(directory, chart.name);
}

charts::ChartIndex LiveCatalog::recheck(const charts::ChartSnapshot& chart, const ScanContext& context) {
  const DirectoryIndex directory = home_of(chart);
  if (directory == charts::k_no_directory) return charts::k_no_chart;
  switch (read_state(directory, chart.name, context)) {
    case Presence::present: break;
    case Presence::gone:
      note_missing(chart);
      catalog_.forget(directory, chart.name);
      break;
    case Presence::unknown:
      // Use the state of the plan, unless the catalog has a newer one.
      if (catalog_.find(directory, chart.name) == charts::k_no_chart) catalog_.put(directory, chart);
      break;
  }
  return catalog_.find(directory, chart.name);
}

/// Reads the state of the chart from the volume and stores it in the catalog.
LiveCatalog::Presence LiveCatalog::read_state(DirectoryIndex directory, const std::string& name,
                                              const ScanContext& context) {
  const std::string path = catalog_.path(directory);
  const auto opened = root_->open_directory(path);
  if (!opened) {
    if (volume::means_out_of_reach(opened.error())) return Presence::gone;
    context.failures.add(opened.error(), path);
    return Presence::unknown;
  }
  struct statx file {};
  const int error = root_->system().stat_at(opened->get(), name.c_str(), file);
  if (error < 0 && error != -ENOENT) {
    context.failures.add(base::errno_error(-error, "statx", charts::join_path(path, name)), path);
    return Presence::unknown;
  }
  if (error < 0 || !S_ISREG(file.stx_mode) || volume::is_mount_point(file)) return Presence::gone;
  catalog_.put(directory, name, volume::chart_state(file, *root_->volume()));
  return Presence::present;
}

void LiveCatalog::forget_chart(const charts::ChartSnapshot& chart) {
  const DirectoryIndex index = catalog_.find_directory(chart.directory);
  if (index == charts::k_no_directory) return;
  catalog_.forget(index, chart.name);
  // If the directory is empty now, store the time. Reading it later would take a system call.
  if (catalog_.directory(index).seems_empty()) catalog_.set_modified(index, clock_->now().time_since_epoch().count());
}

/// Notes that a chart of a plan is missing. If it was written lately, its writer may have renamed it. Only inotify
/// reports that, so without watches such a chart does not count as vanished.
void LiveCatalog::note_missing(const charts::ChartSnapshot& chart) {
  const bool may_be_renamed = !is_watched() && VanishedCharts::may_be_temporary(chart.modified(), clock_->now());
  if (!may_be_renamed) vanished_.note_gone(chart);
}

void LiveCatalog::forget_gone(const charts::ChartSnapshot& chart) {
  note_missing(chart);
  forget_chart(chart);
}

void LiveCatalog::note_left_in_quarantine(const charts::ChartSnapshot& chart) {
  leftovers_.push_back({chart.directory, volume::quarantine_name(chart.name)});
  // Like a scan, count the quarantined chart as another file: the directory is not empty.
  if (const DirectoryIndex home = home_of(chart); home != charts::k_no_directory) catalog_.add_other(home);
  forget_chart(chart);
}

}  // namespace reaper::live
