#include "live/live_catalog.hpp"

#include "live/catalog_scan.hpp"
#include "live/drift_check.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace reaper::live {
namespace {

using charts::DirectoryIndex;

/// The kernel's queue is short, and a scan may be long.
constexpr std::size_t k_directories_between_events = 64;

/// The second event of a rename follows within microseconds, unless the renaming process just lost the processor.
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
  else inotify_->restart();
  static_cast<void>(inotify_->take_leftovers());  // the scan finds them
}

/// `check` is null if the catalog was not watched before the scan.
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
  // Reading the times of directories would take a request for each, and prove nothing.
  if (is_current() && !follows_changes()) return;
  const base::FileTime began = clock_->now();
  if (is_watched()) inotify_->collect(context.patterns);
  const bool needs_full_scan = !is_current();
  if (needs_full_scan) scan(charts::k_root, context);
  else if (is_watched()) follow_watches(context);
  else too_deep_.add(polling_.apply(scan_of(context, ScanKind::changed), context));
  look_at_unsettled(context);
  // A full scan that ended well has already done this.
  if (!needs_full_scan || !scanned_) end_look(began);
}

bool LiveCatalog::follows_changes() const { return has_watches() || root_->volume()->shows_changes(); }

std::optional<base::FileTime> LiveCatalog::unseen_since() const {
  if (!is_kept() || follows_changes()) return {};
  return last_look_;
}

void LiveCatalog::end_look(base::FileTime began) {
  vanished_.settle();
  last_look_ = began;
}

void LiveCatalog::settle_vanished(const ScanContext& context) {
  if (!vanished_.is_undecided()) return;
  // Events may say that the charts were only renamed.
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
  // Events always enter the catalog, so the watches may have to end to free memory.
  static_cast<void>(has_room());
}

ChangeSource::ScanDirectory LiveCatalog::scan_of(const ScanContext& context, ScanKind kind) {
  return [this, &context, kind](DirectoryIndex directory) { return scan_all(directory, context, kind); };
}

/// Checks the unsettled charts that are due, except those that a sweep is removing.
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
    // Ignore a chart that is gone. An event or the directory's time reports it, and tells whether it was renamed.
    static_cast<void>(read_state(directory, key.name, context));
    if (digest_of(catalog_.find(directory, key.name)) != before) unsettled_.add(std::move(key));
  }
}

void LiveCatalog::collect_events(const base::GlobList& patterns) {
  if (inotify_) inotify_->collect(patterns);
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
  if (inotify_) inotify_->restart();
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

/// Returns true if the directory holds no charts or subdirectories, was read completely, and no scan is inside it.
bool LiveCatalog::is_idle(DirectoryIndex index) const {
  const charts::Directory& directory = catalog_.directory(index);
  return index != charts::k_root && !catalog_.is_being_read(index) && directory.is_known() && directory.is_complete() &&
         directory.charts() == 0 && directory.subdirectories() == 0;
}

}  // namespace reaper::live
