#include "sweep/live_catalog.hpp"

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

/// A directory that changed so recently may change again without its time telling: the times of a file system move in
/// steps, of up to a second on object stores and old ones.
constexpr std::chrono::seconds k_time_step{2};

/// Drift is a bug somewhere, not here alone: some names are enough to look for it.
constexpr std::size_t k_most_suspects = 10'000;

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
      read_limits_(std::move(read_limits)) {
  if (how != Watching::on) return;
  if (const auto started = watcher_.start(); !started) why_not_ = started.error().message();
}

volume::ScanOptions LiveCatalog::options(const ScanContext& context) const {
  return {context.patterns, *progress_, context.failures, context.stop};
}

volume::ScanResult LiveCatalog::scan(DirectoryIndex start, const ScanContext& context, Screening* screening) {
  const bool is_full = start == charts::k_root;
  is_full_scan_ = is_full;
  directories_found_ = 0;
  directories_entered_ = 0;
  if (is_full) {
    checks_drift_ = is_watched();
    only_counted_ = {};
    too_deep_ = {};
    decide_on_watches();
    if (checks_drift_) collect_events(context.patterns);
    else follower_.forgive();
    leftovers_.clear();
    static_cast<void>(follower_.take_leftovers());  // the scan meets them
  }
  screening_ = screening;
  begin(context);
  catalog_.begin_scan();
  const volume::ScanResult result = volume::scan(*root_, catalog_, start, *this, options(context));
  screening_ = nullptr;
  is_full_scan_ = false;
  if (!result.stopped)
    for (const DirectoryIndex gone : catalog_.unseen_directories(start)) forget(gone);
  if (!result.found && !is_full) forget(start);
  if (is_full) {
    last_scan_ = result;
    scanned_ = result.found && !result.stopped;
    if (scanned_) end_full_scan(context);
  }
  return result;
}

void LiveCatalog::end_full_scan(const ScanContext& context) {
  last_full_scan_ = clock_->now();
  say_what_watches_would_take();
  drift_ = 0;
  if (checks_drift_) {
    collect_events(context.patterns);
    for (const auto& [watch, name] : suspects_) drift_ += follower_.is_pending(watch, name) ? 0U : 1U;
  }
  checks_drift_ = false;
  suspects_.clear();
  new_directories_.clear();
  follow(context);
  if (how_ != Watching::off) {
    drift_ += catalog_.repair([this](DirectoryIndex directory) { watcher_.unwatch(catalog_, directory); });
    catalog_.settle_order();
  }
  drift_total_ += drift_;
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

void LiveCatalog::begin(const ScanContext& context) {
  context_ = &context;
  young_since_ns_ = (clock_->now() - k_time_step).time_since_epoch().count();
}

void LiveCatalog::refresh(const ScanContext& context) {
  begin(context);
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
  follower_.apply(*this, options(context));
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
  if (const DirectoryIndex known = catalog_.find_directory(path); known != charts::k_no_directory) forget(known);
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

void LiveCatalog::forget(DirectoryIndex directory) {
  suspect_directory(directory);
  forget_with_watches(directory);
}

void LiveCatalog::forget_with_watches(DirectoryIndex directory) {
  catalog_.forget_directory(directory, [this](DirectoryIndex index) { watcher_.unwatch(catalog_, index); });
}

// What a scan finds

void LiveCatalog::on_open(DirectoryIndex directory, int descriptor) {
  took_any_ = false;
  if (how_ == Watching::on && why_not_.empty()) watch(directory, descriptor);
  // Before the directory is read: what comes later makes its time another one.
  if (how_ == Watching::poll || !why_not_.empty()) note_time(directory, descriptor);
}

/// An empty directory's time says since when it has been empty; where nothing is watched, any directory's whether it
/// has to be read again.
void LiveCatalog::note_time(DirectoryIndex index, int descriptor) {
  struct statx self {};
  catalog_.set_modified(index, charts::k_not_looked_at);
  if (const int error = root_->system().stat_at(descriptor, "", self); error < 0) {
    catalog_.mark_incomplete(index);
    const std::string path = catalog_.path(index);
    context_->failures.add(base::errno_error(-error, "statx", path), path);
    return;
  }
  const std::int64_t modified_ns = volume::nanoseconds(self.stx_mtime);
  const bool may_hide_changes = clock_->now() - base::FileTime(std::chrono::nanoseconds(modified_ns)) < k_time_step;
  if (how_ == Watching::off || !may_hide_changes) catalog_.set_modified(index, modified_ns);
}

void LiveCatalog::on_chart(DirectoryIndex directory, std::string_view name, const charts::ChartState& state) {
  keep_headroom();
  if (screening_ != nullptr && screening_->takes(directory, name, state)) {
    const bool was_known = catalog_.directory(directory).charts() != 0 && catalog_.forget(directory, name);
    if (checks_drift_ && !was_known) suspect(directory, name);
    took_any_ = true;
    return;
  }
  // Without a memory limit there is always room, and the question is not worth its cost for each chart.
  if (budget_.limits().memory_bytes && only_counts(directory, name, state)) return;
  const std::uint64_t linked_before = catalog_.linked_count();
  const charts::Change change = catalog_.put(directory, name, state);
  if (change == charts::Change::none) return;
  // A chart with two names changes under both when it is written under one, or loses one.
  const bool was_linked = catalog_.linked_count() < linked_before;
  if (checks_drift_ && !state.linked && !was_linked) suspect(directory, name);
  if (how_ != Watching::off) note_unsettled(directory, name, state);
  if (scanned_ && !is_watched()) ++charts_written_;
}

void LiveCatalog::note_unsettled(DirectoryIndex directory, std::string_view name, const charts::ChartState& state) {
  const bool may_go_on = state.fingerprint.size_bytes == 0 || state.fingerprint.changed_ns > young_since_ns_;
  if (may_go_on && !unsettled_.full()) unsettled_.add({catalog_.path(directory), std::string(name)});
}

void LiveCatalog::suspect(DirectoryIndex directory, std::string_view name) {
  const int watch = catalog_.directory(directory).watch();
  if (watch >= 0 && !new_directories_.contains(directory) && suspects_.size() < k_most_suspects)
    suspects_.emplace(watch, name);
}

/// One that came or went, and with it all that is in it.
void LiveCatalog::suspect_directory(DirectoryIndex index) {
  const charts::Directory& directory = catalog_.directory(index);
  if (checks_drift_ && index != charts::k_root) suspect(directory.parent(), catalog_.name(directory));
}

void LiveCatalog::on_leftover(DirectoryIndex directory, std::string_view name) {
  leftovers_.push_back({catalog_.path(directory), std::string(name)});
}

void LiveCatalog::on_chunk(DirectoryIndex /*directory*/) {
  if (screening_ != nullptr) screening_->pause();
}

bool LiveCatalog::enters(DirectoryIndex directory, bool known) {
  ++directories_entered_;
  if (checks_drift_ && !known) {
    suspect_directory(directory);
    new_directories_.insert(directory);
  }
  return !only_new_below_ || !known;
}

void LiveCatalog::on_read(charts::Reading& reading, DirectoryIndex index, int descriptor) {
  keep_headroom();
  // The kernel's queue is short, and a scan may be long.
  if (++directories_read_ % k_directories_between_events == 0) collect_events(context_->patterns);
  const charts::Directory& read = catalog_.directory(index);
  directories_found_ += read.subdirectories();
  // It still holds what was taken from it, so its time does not say since when it has been empty.
  if (took_any_ && read.seems_empty()) catalog_.set_modified(index, charts::k_not_looked_at);
  else if (how_ != Watching::poll && read.seems_empty()) note_time(index, descriptor);
  if (checks_drift_ && read.is_complete())
    reading.for_each_unseen_chart([&](charts::ChartIndex chart) {
      const charts::Chart& known = catalog_.chart(chart);
      if (!known.is_linked()) suspect(index, catalog_.name(known));
    });
  reading.finish();
  if (screening_ != nullptr) {
    screening_->on_read(index);
    screening_->pause();
  }
  // Nobody is going to ask for a directory with nothing in it that is of interest, and without memory for more it has
  // to go. An empty set may be gone already.
  const bool is_of_use = how_ == Watching::off ? screening_ == nullptr : has_room();
  if (!is_of_use && is_idle(index)) forget_with_watches(index);
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
  only_new_below_ = true;
  catalog_.begin_scan();
  std::vector<DirectoryIndex> read;
  for (const DirectoryIndex directory : changed) {
    if (context.stop.stop_requested()) break;
    // It may have gone along with another one.
    if (!catalog_.directory(directory).is_known()) continue;
    const volume::ScanResult result = volume::scan(*root_, catalog_, directory, *this, options(context));
    note_too_deep({result.too_deep, catalog_.path(directory)});
    if (!result.found && directory != charts::k_root) forget(directory);
    else if (!result.stopped) read.push_back(directory);
  }
  // Once for all of them: it looks through the whole catalog.
  for (const DirectoryIndex gone : catalog_.unseen_children(read)) forget(gone);
  only_new_below_ = false;
}

void LiveCatalog::try_incomplete_again(const ScanContext& context) {
  begin(context);
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
