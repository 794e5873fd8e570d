// How the catalog learns what has become of the charts that a sweep took.

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
  // Two scans of parts of the volume may have found the same one, and an event may have told of it.
  std::sort(leftovers_.begin(), leftovers_.end());
  leftovers_.erase(std::unique(leftovers_.begin(), leftovers_.end()), leftovers_.end());
  volume::RecoveryResult done =
      volume::recover(*root_, catalog_, leftovers_, {context.patterns, context.failures, clock_->now()});
  // A living remover may be killed yet, and no event says so.
  leftovers_ = done.remaining;
  return done;
}

DirectoryIndex LiveCatalog::home_of(const charts::ChartSnapshot& chart) {
  // Without a catalog to keep, directories are forgotten as soon as they have been read. Otherwise one that is not
  // known has gone, and whatever has come in its place is found by an event of its own.
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
      vanished_.note_gone(chart);
      catalog_.forget(directory, chart.name);
      break;
    case Presence::unknown:
      // As it was judged, unless the catalog knows more.
      if (catalog_.find(directory, chart.name) == charts::k_no_chart) catalog_.put(directory, chart);
      break;
  }
  return catalog_.find(directory, chart.name);
}

/// If the chart is there, the catalog learns its state.
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
  catalog_.put(directory, name, volume::chart_state(file));
  return Presence::present;
}

void LiveCatalog::forget_chart(const charts::ChartSnapshot& chart) {
  const DirectoryIndex index = catalog_.find_directory(chart.directory);
  if (index == charts::k_no_directory) return;
  catalog_.forget(index, chart.name);
  // If that was the last one, nobody has to look since when the directory has been empty.
  if (catalog_.directory(index).seems_empty()) catalog_.set_modified(index, clock_->now().time_since_epoch().count());
}

void LiveCatalog::forget_gone(const charts::ChartSnapshot& chart) {
  vanished_.note_gone(chart);
  forget_chart(chart);
}

void LiveCatalog::note_left_in_quarantine(const charts::ChartSnapshot& chart) {
  leftovers_.push_back({chart.directory, volume::quarantine_name(chart.name)});
  // As a scan counts it: the directory is not empty.
  if (const DirectoryIndex home = home_of(chart); home != charts::k_no_directory) catalog_.add_other(home);
  forget_chart(chart);
}

}  // namespace reaper::live
