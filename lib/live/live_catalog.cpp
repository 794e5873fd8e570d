#include "live/live_catalog.hpp"

#include "live/catalog_scan.hpp"
#include "live/drift_check.hpp"
#include "volume/file_state.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace reaper::live {
namespace {

using charts::DirectoryIndex;

/// The kernel's queue is short, and a scan may be long.
constexpr std::size_t k_directories_between_events = 64;

/// The second half of a rename is reported within microseconds, unless the renaming process just lost the processor.
constexpr std::chrono::milliseconds k_rename_takes{100};

}  // namespace

LiveCatalog::LiveCatalog(volume::Root& root, const base::Clock& clock, volume::Progress& progress, Watching watching,
                         volume::ReadSystemLimits read_limits)
    : root_(&root),
      clock_(&clock),
      progress_(&progress),
      watching_(watching),
      catalog_(&clock),
      room_(catalog_, std::move(read_limits)),
      unsettled_(clock),
      vanished_(catalog_),
      polling_({root, catalog_, progress, DirectoryTimes(root, clock, catalog_, RecentTimes::ignored),
                [this](DirectoryIndex directory) { forget_with_watches(directory); }}),
      unreadable_(root, catalog_) {
  if (watching == Watching::on)
    inotify_.emplace(InotifySource::Parts{root, clock, progress, catalog_, unsettled_, vanished_, room_});
}

ChangeSource* LiveCatalog::source() noexcept {
  if (!is_kept()) return nullptr;
  if (has_watches()) return &*inotify_;
  return &polling_;
}

// Scans

volume::ScanResult LiveCatalog::scan(DirectoryIndex start, const ScanContext& context) {
  return scan_all(start, context, ScanKind::look);
}

volume::ScanResult LiveCatalog::scan_all(DirectoryIndex start, const ScanContext& context, ScanKind kind) {
  CatalogScan scan(*this, start, context, kind);
  scan.learn_all();
  return scan.finish();
}

void LiveCatalog::begin_full_scan(const ScanContext& context, bool checks_drift) {
  only_counted_ = {};
  too_deep_ = {};
  leftovers_.clear();
  const volume::SystemLimits before = room_.limits();
  room_.read_limits();
  if (!inotify_) return;
  inotify_->prepare(before);
  if (checks_drift && inotify_->is_on()) inotify_->collect(context.patterns);
  else inotify_->forgive();
  static_cast<void>(inotify_->take_leftovers());  // the scan meets them
}

/// `check` is null if there was nothing to drift from.
void LiveCatalog::end_full_scan(const ScanContext& context, const DriftCheck* check) {
  last_full_scan_ = clock_->now();
  drift_ = 0;
  if (inotify_) {
    inotify_->conclude();
    if (check != nullptr) {
      inotify_->collect(context.patterns);
      drift_ = check->count([this](int watch, const std::string& name) { return inotify_->is_pending(watch, name); });
    }
    follow_watches(context);
  }
  if (is_kept()) {
    drift_ += catalog_.repair([this](DirectoryIndex directory) { unwatch(directory); });
    catalog_.settle_order();
  }
  drift_total_ += drift_;
}

void LiveCatalog::note_directory_read(const base::GlobList& patterns) {
  room_.headroom().note_look();
  if (++directories_read_ % k_directories_between_events == 0) collect_events(patterns);
}

// Changes

void LiveCatalog::refresh(const ScanContext& context) {
  const base::FileTime began = clock_->now();
  if (is_watched()) inotify_->collect(context.patterns);
  const bool needs_full_scan = !is_current();
  if (needs_full_scan) scan(charts::k_root, context);
  else if (is_watched()) follow_watches(context);
  else too_deep_.add(polling_.apply(scan_of(context, ScanKind::changed), context));
  look_at_unsettled(context);
  // A full scan that has ended well was a look of its own, and has ended it.
  if (!needs_full_scan || !scanned_) end_look(began);
}

void LiveCatalog::end_look(base::FileTime began) {
  vanished_.settle();
  last_look_ = began;
}

void LiveCatalog::settle_vanished(const ScanContext& context) {
  if (!vanished_.is_undecided()) return;
  // Events may say that they were only renamed.
  if (is_watched()) refresh(context);
  else vanished_.settle();
}

std::optional<std::chrono::nanoseconds> LiveCatalog::until_next_look() const {
  const auto due = unsettled_.until_due();
  if (!vanished_.is_undecided()) return due;
  return std::min<std::chrono::nanoseconds>(due.value_or(k_rename_takes), k_rename_takes);
}

void LiveCatalog::try_incomplete_again(const ScanContext& context) {
  too_deep_.add(polling_.read_incomplete(scan_of(context, ScanKind::changed), context));
}

void LiveCatalog::follow_watches(const ScanContext& context) {
  too_deep_.add(inotify_->apply(scan_of(context, ScanKind::arrival), context));
  // Events always enter the catalog; the watches may have to give up memory for it.
  static_cast<void>(has_room());
}

ChangeSource::ScanDirectory LiveCatalog::scan_of(const ScanContext& context, ScanKind kind) {
  return [this, &context, kind](DirectoryIndex directory) { return scan_all(directory, context, kind); };
}

/// Charts that a sweep is removing are left to it.
void LiveCatalog::look_at_unsettled(const ScanContext& context) {
  const auto digest_of = [this](charts::ChartIndex chart) {
    return chart == charts::k_no_chart ? std::optional<std::uint32_t>() : catalog_.chart(chart).digest();
  };
  for (UnsettledCharts::ChartKey& key : unsettled_.take_due()) {
    const DirectoryIndex directory = catalog_.find_directory(key.directory);
    if (directory == charts::k_no_directory) continue;
    const charts::ChartIndex known = catalog_.find(directory, key.name);
    if (known == charts::k_no_chart || catalog_.chart(known).is_excluded()) continue;
    const auto before = digest_of(known);
    // An event, or the time of the directory, tells of one that has gone, and whether it was renamed.
    static_cast<void>(is_gone(directory, key.name, context));
    if (digest_of(catalog_.find(directory, key.name)) != before) unsettled_.add(std::move(key));
  }
}

void LiveCatalog::collect_events(const base::GlobList& patterns) {
  if (inotify_) inotify_->collect(patterns);
}

// Results of a sweep

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

charts::ChartIndex LiveCatalog::look_again(const charts::ChartSnapshot& chart, const ScanContext& context) {
  const DirectoryIndex directory = home_of(chart);
  if (directory == charts::k_no_directory) return charts::k_no_chart;
  if (is_gone(directory, chart.name, context)) {
    vanished_.note_gone(chart);
    catalog_.forget(directory, chart.name);
  }
  return catalog_.find(directory, chart.name);
}

/// True if no chart of this name is there any more. Otherwise the catalog learns its state.
bool LiveCatalog::is_gone(DirectoryIndex directory, const std::string& name, const ScanContext& context) {
  const std::string path = catalog_.path(directory);
  const auto opened = root_->open_directory(path);
  struct statx file {};
  const int error = opened ? root_->system().stat_at(opened->get(), name.c_str(), file) : -ENOENT;
  const bool is_chart = error >= 0 && S_ISREG(file.stx_mode) && !volume::is_mount_point(file);
  if (is_chart) catalog_.put(directory, name, volume::chart_state(file));
  if (error >= 0 || error == -ENOENT) return !is_chart;
  context.failures.add(base::errno_error(-error, "statx", charts::join_path(path, name)), path);
  return false;
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

// Forgetting

void LiveCatalog::forget_directory(const std::string& path) {
  if (const DirectoryIndex known = catalog_.find_directory(path); known != charts::k_no_directory)
    forget_with_watches(known);
}

void LiveCatalog::forget_with_watches(DirectoryIndex directory) {
  catalog_.forget_directory(directory, [this](DirectoryIndex index) {
    vanished_.note_gone_directory(index);
    unwatch(index);
  });
}

void LiveCatalog::unwatch(DirectoryIndex directory) {
  if (inotify_) inotify_->unwatch(directory);
}

void LiveCatalog::reset() {
  catalog_.forget_directory(charts::k_root, [this](DirectoryIndex index) { unwatch(index); });
  vanished_.clear();
  if (inotify_) inotify_->forgive();
  leftovers_.clear();
  unsettled_.clear();
  scanned_ = false;
  only_counted_ = {};
}

// Memory

bool LiveCatalog::has_room() {
  if (room_.has_room(watches())) return true;
  if (watches() != 0) inotify_->make_room();
  return room_.has_room(0);
}

void LiveCatalog::make_room() {
  if (has_room()) return;
  std::vector<DirectoryIndex> idle;
  catalog_.for_each_directory([&](DirectoryIndex index) {
    if (is_idle(index)) idle.push_back(index);
  });
  for (const DirectoryIndex index : idle) forget_with_watches(index);
}

/// True if nothing is known of the directory that somebody could ask for, and no scan goes on in it or below it.
bool LiveCatalog::is_idle(DirectoryIndex index) const {
  const charts::Directory& directory = catalog_.directory(index);
  return index != charts::k_root && !catalog_.is_being_read(index) && directory.is_known() && directory.is_complete() &&
         directory.charts() == 0 && directory.subdirectories() == 0;
}

}  // namespace reaper::live
