#include "live/follower.hpp"

#include "volume/file_state.hpp"
#include "volume/foreign_directory.hpp"
#include "volume/means_gone.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace reaper::live {
namespace {

constexpr std::uint32_t k_departure_events = IN_DELETE | IN_MOVED_FROM;
constexpr std::uint32_t k_completion_events = IN_CLOSE_WRITE | IN_MOVED_TO;

}  // namespace

void Follower::collect(const base::GlobList& patterns) {
  if (!watcher_->started()) return;
  const auto read = watcher_->read(*catalog_, [&](const Event& event) { note(event, patterns); });
  if (!read || !*read || pending_.size() > k_max_pending) complete_ = false;
  // A full scan will check everything, so the pending names are not needed.
  if (!complete_) pending_.clear();
}

void Follower::note(const Event& event, const base::GlobList& patterns) {
  if ((event.mask & IN_MOVED_TO) != 0) note_arrival(event, patterns);
  if (!needs_check(event, patterns)) return;
  PendingEvents& events = pending_[{event.watch, std::string(event.name)}];
  events.mask |= event.mask;
  // A remover only put the chart back; nobody wrote it.
  if (event.cookie != 0 && event.cookie == restore_cookie_) events.mask &= ~std::uint32_t{IN_MOVED_TO};
  if ((event.mask & k_departure_events) != 0) note_departure(events, event);
}

/// Notes that a file left its name by a rename or a removal. Only the first such event is about the chart in the
/// catalog. Later ones are about files that got the same name meanwhile.
void Follower::note_departure(PendingEvents& events, const Event& event) {
  if (events.has_left) return;
  events.has_left = true;
  if ((event.mask & IN_MOVED_FROM) == 0) return;
  events.move = std::make_shared<Move>(Move{.cookie = event.cookie});
  if (open_moves_.size() == k_max_open_moves) open_moves_.erase(open_moves_.begin());
  open_moves_.push_back(events.move);
}

/// Notes the new name of a rename. If it is not the name of a chart, a directory or a quarantined chart, the chart
/// counts as gone. A quarantined chart may still be put back or removed.
void Follower::note_arrival(const Event& event, const base::GlobList& patterns) {
  const bool is_of_use =
      (event.mask & IN_ISDIR) != 0 || volume::is_quarantine_name(event.name) || patterns.matches(event.name);
  if (!is_of_use) return;
  // The rename is nearly always the last one.
  const auto found = std::find_if(open_moves_.rbegin(), open_moves_.rend(),
                                  [&](const std::shared_ptr<Move>& move) { return move->cookie == event.cookie; });
  if (found == open_moves_.rend()) return vanished_->note_moved(event.cookie);
  (*found)->has_ended = true;
  open_moves_.erase(std::next(found).base());
}

/// Returns true if a rename left this name and its new name is known. A name that becomes known later goes to
/// `vanished_`.
bool Follower::ends_in_root(const PendingEvents& events) {
  if (!events.move) return false;
  if (!events.move->has_ended) std::erase(open_moves_, events.move);
  return events.move->has_ended;
}

/// Returns true if the name must be checked. A remover causes three events for each chart, and none of them needs a
/// check.
bool Follower::needs_check(const Event& event, const base::GlobList& patterns) {
  if (event.name.empty()) return false;
  if ((event.mask & IN_ISDIR) != 0 && !volume::is_foreign_directory(event.name)) return true;
  if (volume::is_quarantine_name(event.name)) {
    note_quarantined(event);
    return false;
  }
  if ((event.mask & IN_ISDIR) != 0 || !patterns.matches(event.name)) {
    catalog_->mark_changed(event.directory);
    return false;
  }
  const bool only_goes = (event.mask & ~(k_departure_events | IN_ATTRIB)) == 0;
  return !only_goes || vanished_->is_undecided() || catalog_->find(event.directory, event.name) != charts::k_no_chart;
}

void Follower::note_quarantined(const Event& event) {
  if ((event.mask & IN_MOVED_FROM) != 0) restore_cookie_ = event.cookie;
  const EntryKey key{event.watch, std::string(event.name)};
  // The mask merges the events of one name, so their order is lost. A wrong entry only costs one check.
  const bool goes = (event.mask & k_departure_events) != 0 && (event.mask & IN_CREATE) == 0;
  if (goes) quarantined_.erase(key);
  else if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0 && quarantined_.size() < k_max_quarantined)
    quarantined_.insert(key);
}

std::vector<volume::Leftover> Follower::take_leftovers() {
  std::vector<volume::Leftover> leftovers;
  for (const EntryKey& key : std::exchange(quarantined_, {}))
    // A directory that was moved may have lost its watch; then a scan has found its charts.
    if (const auto directory = watcher_->directory_of(key.watch); directory != charts::k_no_directory)
      leftovers.push_back({catalog_->path(directory), key.name});
  return leftovers;
}

void Follower::restart() {
  complete_ = true;
  pending_.clear();
  open_moves_.clear();
}

void Follower::apply(const ScanArrival& scan_arrival, const volume::ScanOptions& options) {
  const std::map<EntryKey, PendingEvents> pending = std::exchange(pending_, {});
  const CheckContext context{scan_arrival, options};
  for (auto entry = pending.begin(); entry != pending.end() && !options.stop.stop_requested();) {
    const int watch = entry->first.watch;
    // Use the directory of the watch, not of the event. The directory may have moved since, and its old index may
    // belong to another one.
    const charts::DirectoryIndex directory = watcher_->directory_of(watch);
    const auto descriptor = open(directory, options);
    const Opened opened{directory, descriptor ? descriptor->get() : -1};
    for (; entry != pending.end() && entry->first.watch == watch; ++entry) {
      // A forgotten directory, or one that a scan found under another name, needs no more checks.
      if (descriptor && watcher_->directory_of(watch) == directory) check(opened, entry->first, entry->second, context);
    }
    if (descriptor && watcher_->directory_of(watch) == directory) check_whether_empty(opened);
    options.progress.step();
  }
}

base::Result<base::FileDescriptor> Follower::open(charts::DirectoryIndex directory,
                                                  const volume::ScanOptions& options) {
  if (directory == charts::k_no_directory) return base::errno_error(ENOENT, "openat2");
  const std::string path = catalog_->path(directory);
  auto opened = root_->open_directory(path);
  // An event in the parent reports a directory that is gone.
  if (opened || volume::means_gone(opened.error())) return opened;
  catalog_->mark_incomplete(directory);
  options.failures.add(opened.error(), path);
  return opened;
}

void Follower::check(const Opened& opened, const EntryKey& key, const PendingEvents& events,
                     const CheckContext& context) {
  if ((events.mask & IN_ISDIR) != 0) check_directory(opened, key.name, events, context);
  if (!context.options.patterns.matches(key.name)) return;
  if (is_excluded_from_plan(opened.directory, key.name)) return keep_pending(key, events);
  check_chart(opened, key.name, events, context);
}

/// Keeps the events for the next apply(), together with newer ones.
void Follower::keep_pending(const EntryKey& key, const PendingEvents& events) {
  PendingEvents& kept = pending_[key];
  kept.mask |= events.mask;
  if (!events.has_left) return;
  kept.has_left = true;
  kept.move = events.move;
}

/// Returns true if the running sweep has excluded the chart from the plan. The sweep decides about the chart before it
/// ends.
bool Follower::is_excluded_from_plan(charts::DirectoryIndex directory, const std::string& name) const {
  const charts::ChartIndex known = catalog_->find(directory, name);
  return known != charts::k_no_chart && catalog_->chart(known).is_excluded();
}

void Follower::check_chart(const Opened& opened, const std::string& name, const PendingEvents& events,
                           const CheckContext& context) {
  struct statx file {};
  const int error = root_->system().stat_at(opened.descriptor, name.c_str(), file);
  if (error < 0 && error != -ENOENT) return fail(opened.directory, error, name, context.options);
  if (error < 0 || !S_ISREG(file.stx_mode) || volume::is_mount_point(file)) return forget_chart(opened, name, events);
  catalog_->put(opened.directory, name, volume::chart_state(file, *root_->volume()));
  charts_written_ += (events.mask & k_completion_events) != 0 ? 1 : 0;
  update_unsettled(opened, name, events.mask, file.stx_size == 0);
}

void Follower::forget_chart(const Opened& opened, const std::string& name, const PendingEvents& events) {
  const charts::ChartIndex known = catalog_->find(opened.directory, name);
  const bool is_renamed = ends_in_root(events);
  if (known != charts::k_no_chart) {
    if (!is_renamed) vanished_->note_gone(known, move_of(events));
    catalog_->forget(known);
  } else if (events.move && vanished_->is_undecided()) {
    // A scan or a removal may have reported the chart as gone before this rename was known.
    vanished_->note_renamed(catalog_->path(opened.directory), name, is_renamed ? 0 : events.move->cookie);
  }
}

/// Returns the rename by which the chart left; 0 if it was removed. If it left after the events were read, a later
/// event will say how.
std::uint32_t Follower::move_of(const PendingEvents& events) {
  if (!events.has_left) return VanishedCharts::k_not_told_yet;
  return events.move ? events.move->cookie : 0;
}

/// Starts or ends the repeated checks of a chart. Events report every write of a process that opened the chart by this
/// name, until it closes it.
void Follower::update_unsettled(const Opened& opened, const std::string& name, std::uint32_t mask, bool is_zero_bytes) {
  const bool is_closed = (mask & IN_CLOSE_WRITE) != 0;
  const bool may_go_on = !is_closed && (is_zero_bytes || (mask & IN_CREATE) != 0);
  if (may_go_on) unsettled_->add({catalog_->path(opened.directory), name});
  else if (is_closed && !unsettled_->empty()) unsettled_->remove({catalog_->path(opened.directory), name});
}

void Follower::check_directory(const Opened& opened, const std::string& name, const PendingEvents& events,
                               const CheckContext& context) {
  catalog_->mark_changed(opened.directory);
  const charts::DirectoryIndex known = catalog_->find_directory(opened.directory, name);
  const bool only_attributes = (events.mask & ~std::uint32_t{IN_ATTRIB | IN_ISDIR}) == 0;
  if (only_attributes && known != charts::k_no_directory && catalog_->directory(known).is_complete()) return;
  // The name may belong to another directory now.
  if (known != charts::k_no_directory) forget_directory(known, events);
  struct statx file {};
  const int error = root_->system().stat_at(opened.descriptor, name.c_str(), file);
  if (error < 0 && error != -ENOENT) return fail(opened.directory, error, name, context.options);
  if (error < 0 || !S_ISDIR(file.stx_mode) || volume::is_mount_point(file)) return;
  if (catalog_->directory(opened.directory).level() == volume::k_max_levels)
    return note_too_deep(1, opened.directory, name);
  const charts::DirectoryIndex found = catalog_->put_directory(opened.directory, name);
  const volume::ScanResult result = context.scan_arrival(found);
  note_too_deep(result.too_deep, opened.directory, name);
  if (!result.found) forget_directory(found, {});
}

void Follower::forget_directory(charts::DirectoryIndex directory, const PendingEvents& events) {
  const bool is_renamed = ends_in_root(events);
  catalog_->forget_directory(directory, [&](charts::DirectoryIndex index) {
    if (!is_renamed) vanished_->note_gone_directory(index, move_of(events));
    watcher_->unwatch(*catalog_, index);
  });
}

void Follower::note_too_deep(std::uint64_t count, charts::DirectoryIndex above, const std::string& name) {
  too_deep_.add({count, charts::join_path(catalog_->path(above), name)});
}

/// Stores the time of an empty directory, because it says since when the directory has been empty.
void Follower::check_whether_empty(const Opened& opened) {
  if (!catalog_->directory(opened.directory).seems_empty()) return;
  struct statx self {};
  if (root_->system().stat_at(opened.descriptor, "", self) >= 0)
    catalog_->set_modified(opened.directory, volume::nanoseconds(self.stx_mtime));
}

void Follower::fail(charts::DirectoryIndex directory, int result, const std::string& name,
                    const volume::ScanOptions& options) {
  catalog_->mark_incomplete(directory);
  const std::string path = catalog_->path(directory);
  options.failures.add(base::errno_error(-result, "statx", charts::join_path(path, name)), path);
}

}  // namespace reaper::live
