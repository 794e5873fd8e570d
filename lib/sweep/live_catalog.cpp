#include "sweep/live_catalog.hpp"

#include "sweep/catalog_scan.hpp"
#include "sweep/drift_check.hpp"
#include "volume/file_state.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace reaper::sweep {
namespace {

using charts::DirectoryIndex;

/// The kernel's queue is short, and a scan may be long.
constexpr std::size_t k_directories_between_events = 64;

}  // namespace

LiveCatalog::LiveCatalog(volume::Root& root, const base::Clock& clock, volume::Progress& progress, Watching how,
                         ReadLimits read_limits)
    : root_(&root),
      clock_(&clock),
      progress_(&progress),
      catalog_(&clock),
      watcher_(root.system()),
      unsettled_(clock),
      follower_(root, watcher_, catalog_, unsettled_),
      how_(how),
      read_limits_(std::move(read_limits)),
      headroom_(read_limits_) {
  if (how != Watching::on) return;
  if (const auto started = watcher_.start(); !started) why_not_ = started.error().message();
}

volume::ScanOptions LiveCatalog::options(const ScanContext& context) {
  return {context.patterns, *progress_, context.failures, context.stop, &headroom_};
}

volume::ScanResult LiveCatalog::scan(DirectoryIndex start, const ScanContext& context) {
  CatalogScan scan(*this, start, context, ScanKind::look);
  scan.learn_all();
  return scan.finish();
}

void LiveCatalog::begin_full_scan(const ScanContext& context, bool checks_drift) {
  only_counted_ = {};
  too_deep_ = {};
  decide_on_watches();
  if (checks_drift && has_watches()) collect_events(context.patterns);
  else follower_.forgive();
  leftovers_.clear();
  static_cast<void>(follower_.take_leftovers());  // the scan meets them
}

/// `check` is null if there was nothing to drift from.
void LiveCatalog::end_full_scan(const ScanContext& context, bool is_whole, const DriftCheck* check) {
  scanned_ = is_whole;
  if (!is_whole) return;
  last_full_scan_ = clock_->now();
  say_what_watches_would_take();
  drift_ = 0;
  if (check != nullptr) {
    collect_events(context.patterns);
    drift_ = check->count([this](int watch, const std::string& name) { return follower_.is_pending(watch, name); });
  }
  follow(context);
  if (how_ != Watching::off) {
    drift_ += catalog_.repair([this](DirectoryIndex directory) { watcher_.unwatch(catalog_, directory); });
    catalog_.settle_order();
  }
  drift_total_ += drift_;
}

void LiveCatalog::note_directory_read(const base::GlobList& patterns) {
  headroom_.note_look();
  if (++directories_read_ % k_directories_between_events == 0) collect_events(patterns);
}

volume::RecoveryResult LiveCatalog::recover(const ScanContext& context) {
  collect_events(context.patterns);
  for (volume::Leftover& leftover : follower_.take_leftovers()) leftovers_.push_back(std::move(leftover));
  // Two scans of parts of the volume may have found the same one, and an event may have told of it.
  std::sort(leftovers_.begin(), leftovers_.end());
  leftovers_.erase(std::unique(leftovers_.begin(), leftovers_.end()), leftovers_.end());
  volume::RecoveryResult done =
      volume::recover(*root_, catalog_, leftovers_, {context.patterns, context.failures, clock_->now()});
  // A living remover may be killed yet, and no event says so.
  leftovers_ = done.remaining;
  return done;
}

void LiveCatalog::refresh(const ScanContext& context) {
  if (is_watched()) collect_events(context.patterns);
  if (!is_current()) scan(charts::k_root, context);
  else if (is_watched()) follow(context);
  else look_for_changed_directories(context);
  look_at_unsettled(context);
}

/// What a sweep has in hand is its own to look at.
void LiveCatalog::look_at_unsettled(const ScanContext& context) {
  const auto digest_of = [this](charts::ChartIndex chart) {
    return chart == charts::k_no_chart ? std::optional<std::uint32_t>() : catalog_.chart(chart).digest();
  };
  for (volume::UnsettledCharts::Place& place : unsettled_.take_due()) {
    const DirectoryIndex directory = catalog_.find_directory(place.directory);
    if (directory == charts::k_no_directory) continue;
    const charts::ChartIndex known = catalog_.find(directory, place.name);
    if (known == charts::k_no_chart || catalog_.chart(known).is_excluded()) continue;
    const auto before = digest_of(known);
    look_at(directory, place.name, context);
    if (digest_of(catalog_.find(directory, place.name)) != before) unsettled_.add(std::move(place));
  }
}

void LiveCatalog::follow(const ScanContext& context) {
  const auto scan_arrival = [&](DirectoryIndex directory) {
    CatalogScan scan(*this, directory, context, ScanKind::arrival);
    scan.learn_all();
    return scan.finish();
  };
  follower_.apply(scan_arrival, options(context));
  note_too_deep(follower_.take_too_deep());
  // What events tell is remembered in any case; the watches may have to make room for it.
  static_cast<void>(has_room());
}

DirectoryIndex LiveCatalog::home_of(const charts::ChartSnapshot& chart) {
  // Without a catalog to keep, directories are forgotten as soon as they have been read. Otherwise one that is not
  // known has gone, and whatever has come in its place is found by an event of its own.
  return how_ == Watching::off ? catalog_.put_directory(chart.directory) : catalog_.find_directory(chart.directory);
}

charts::ChartIndex LiveCatalog::keep(const charts::ChartSnapshot& chart) {
  const DirectoryIndex directory = home_of(chart);
  if (directory == charts::k_no_directory) return charts::k_no_chart;
  catalog_.put(directory, chart);
  return catalog_.find(directory, chart.name);
}

charts::ChartIndex LiveCatalog::look_again(const charts::ChartSnapshot& chart, const ScanContext& context) {
  const DirectoryIndex directory = home_of(chart);
  if (directory == charts::k_no_directory) return charts::k_no_chart;
  look_at(directory, chart.name, context);
  return catalog_.find(directory, chart.name);
}

void LiveCatalog::look_at(DirectoryIndex directory, const std::string& name, const ScanContext& context) {
  const std::string path = catalog_.path(directory);
  const auto opened = root_->open_directory(path);
  struct statx file {};
  const int error = opened ? root_->system().stat_at(opened->get(), name.c_str(), file) : -ENOENT;
  if (error >= 0 && S_ISREG(file.stx_mode) && !volume::is_mount_point(file))
    catalog_.put(directory, name, volume::chart_state(file));
  else if (error >= 0 || error == -ENOENT) catalog_.forget(directory, name);
  else context.failures.add(base::errno_error(-error, "statx", charts::join_path(path, name)), path);
}

void LiveCatalog::forget_chart(const charts::ChartSnapshot& chart) {
  const DirectoryIndex index = catalog_.find_directory(chart.directory);
  if (index == charts::k_no_directory) return;
  catalog_.forget(index, chart.name);
  // If that was the last one, nobody has to look since when the directory has been empty.
  if (catalog_.directory(index).seems_empty()) catalog_.set_modified(index, clock_->now().time_since_epoch().count());
}

void LiveCatalog::note_left_in_quarantine(const charts::ChartSnapshot& chart) {
  leftovers_.push_back({chart.directory, volume::quarantine_name(chart.name)});
  // As a scan counts it: the directory is not empty.
  if (const DirectoryIndex home = home_of(chart); home != charts::k_no_directory) catalog_.add_other(home);
  forget_chart(chart);
}

void LiveCatalog::forget_directory(const std::string& path) {
  if (const DirectoryIndex known = catalog_.find_directory(path); known != charts::k_no_directory)
    forget_with_watches(known);
}

void LiveCatalog::collect_events(const base::GlobList& patterns) {
  if (how_ == Watching::on && why_not_.empty()) follower_.collect(patterns);
}

void LiveCatalog::reset() {
  catalog_.clear([this](DirectoryIndex directory) { watcher_.unwatch(catalog_, directory); });
  follower_.forgive();
  leftovers_.clear();
  unsettled_.clear();
  scanned_ = false;
  only_counted_ = {};
}

void LiveCatalog::forget_with_watches(DirectoryIndex directory) {
  catalog_.forget_directory(directory, [this](DirectoryIndex index) { watcher_.unwatch(catalog_, index); });
}

// Without watches

/// A writer that makes, replaces or removes a chart changes its directory's time. One that writes into an old chart
/// does not, so its size is known with the next full scan; its removal looks again anyway.
void LiveCatalog::look_for_changed_directories(const ScanContext& context) {
  scan_again(context, [this](DirectoryIndex directory) { return has_changed(directory); });
}

void LiveCatalog::scan_again(const ScanContext& context, const std::function<bool(DirectoryIndex)>& wanted) {
  std::vector<DirectoryIndex> changed;
  catalog_.for_each_directory([&](DirectoryIndex directory) {
    if (!context.stop.stop_requested() && wanted(directory)) changed.push_back(directory);
  });
  catalog_.begin_scan();
  std::vector<DirectoryIndex> read;
  for (const DirectoryIndex directory : changed) {
    if (context.stop.stop_requested()) break;
    // It may have gone along with another one.
    if (!catalog_.directory(directory).is_known()) continue;
    CatalogScan scan(*this, directory, context, ScanKind::changed);
    scan.learn_all();
    const volume::ScanResult result = scan.finish();
    note_too_deep({result.too_deep, catalog_.path(directory)});
    if (!result.found && directory != charts::k_root) forget_with_watches(directory);
    else if (!result.stopped) read.push_back(directory);
  }
  // Once for all of them: it looks through the whole catalog.
  for (const DirectoryIndex gone : catalog_.unseen_children(read)) forget_with_watches(gone);
}

void LiveCatalog::try_incomplete_again(const ScanContext& context) {
  scan_again(context, [this](DirectoryIndex directory) { return !catalog_.directory(directory).is_complete(); });
}

bool LiveCatalog::has_changed(DirectoryIndex index) {
  const charts::Directory& directory = catalog_.directory(index);
  if (!directory.is_complete() || directory.modified_ns() == charts::k_not_looked_at) return true;
  struct statx self {};
  const int error = root_->stat_directory(catalog_.path(index), self);
  progress_->step();
  return error < 0 || volume::nanoseconds(self.stx_mtime) != directory.modified_ns();
}

}  // namespace reaper::sweep
