#include "volume/follower.hpp"

#include "volume/aside.hpp"
#include "volume/file_state.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <cerrno>
#include <iterator>

namespace reaper::volume {
namespace {

constexpr std::uint32_t k_goes = IN_DELETE | IN_MOVED_FROM;
constexpr std::uint32_t k_is_finished = IN_CLOSE_WRITE | IN_MOVED_TO;

}  // namespace

void Follower::collect(const base::GlobList& patterns) {
  if (!watcher_->started()) return;
  const auto read = watcher_->read(*catalog_, [&](const Event& event) { note(event, patterns); });
  if (!read || !*read || pending_.size() > k_most_pending) complete_ = false;
  // Everything is going to be looked at, so there is no use in remembering more.
  if (!complete_) pending_.clear();
}

void Follower::note(const Event& event, const base::GlobList& patterns) {
  if (!is_news(event, patterns)) return;
  Pending& pending = pending_[{event.watch, std::string(event.name)}];
  pending.directory = event.directory;
  pending.mask |= event.mask;
  // A chart that a remover gives back has not been written.
  if (event.cookie != 0 && event.cookie == aside_cookie_) pending.mask &= ~std::uint32_t{IN_MOVED_TO};
}

/// A remover at work causes three events for each chart, none of which tells anything new.
bool Follower::is_news(const Event& event, const base::GlobList& patterns) {
  if (event.name.empty()) return false;
  if ((event.mask & IN_ISDIR) != 0) return true;
  if (is_aside_name(event.name)) {
    if ((event.mask & IN_MOVED_FROM) != 0) aside_cookie_ = event.cookie;
    return false;
  }
  if (!patterns.matches(event.name)) {
    catalog_->directory(event.directory).changed = true;
    return false;
  }
  const bool only_goes = (event.mask & ~(k_goes | IN_ATTRIB)) == 0;
  return !only_goes || catalog_->find(event.directory, event.name) != charts::k_no_chart;
}

void Follower::forgive() {
  complete_ = true;
  pending_.clear();
}

void Follower::apply(ScanSink& sink, const ScanOptions& options) {
  const std::map<Place, Pending> places = std::exchange(pending_, {});
  for (auto place = places.begin(); place != places.end() && !options.stop.stop_requested();) {
    const int watch = place->first.watch;
    const charts::DirectoryIndex directory = place->second.directory;
    // Its directory was forgotten, or scanned anew: then there is nothing to look for any more.
    auto opened = watcher_->is_valid(watch, directory) ? root_->open_directory(catalog_->path(directory))
                                                       : base::errno_error(ENOENT, "openat2");
    for (; place != places.end() && place->first.watch == watch; ++place) {
      if (!opened || !watcher_->is_valid(watch, directory)) continue;
      if ((place->second.mask & IN_ISDIR) != 0)
        look_at_directory(opened->get(), place->first, place->second, sink, options);
      if (!options.patterns.matches(place->first.name)) continue;
      if (is_in_hand(place->second.directory, place->first.name)) pending_.insert(*place);
      else look_at_chart(opened->get(), place->first, place->second, options);
    }
    if (opened && watcher_->is_valid(watch, directory)) look_whether_empty(opened->get(), directory);
    options.progress.step();
  }
}

/// What a sweep passes over it has in hand, or has given back: what becomes of it is the sweep's to say until its end.
bool Follower::is_in_hand(charts::DirectoryIndex directory, const std::string& name) const {
  const charts::ChartIndex known = catalog_->find(directory, name);
  return known != charts::k_no_chart && catalog_->chart(known).passed_over != 0;
}

void Follower::look_at_chart(int directory, const Place& place, const Pending& pending, const ScanOptions& options) {
  struct statx file {};
  const int error = root_->system().stat_at(directory, place.name.c_str(), file);
  if (error < 0 && error != -ENOENT) return fail(pending.directory, error, place.name, options);
  if (error < 0 || !S_ISREG(file.stx_mode) || is_mount_point(file)) {
    catalog_->forget(pending.directory, place.name);
    return;
  }
  catalog_->put(pending.directory, place.name, chart_state(file));
  charts_written_ += (pending.mask & k_is_finished) != 0 ? 1 : 0;
}

void Follower::look_at_directory(int above, const Place& place, const Pending& pending, ScanSink& sink,
                                 const ScanOptions& options) {
  catalog_->directory(pending.directory).changed = true;
  const charts::DirectoryIndex known = catalog_->find_directory(pending.directory, place.name);
  const bool only_attributes = (pending.mask & ~std::uint32_t{IN_ATTRIB | IN_ISDIR}) == 0;
  if (only_attributes && known != charts::k_no_directory && catalog_->directory(known).complete) return;
  // It may be another one than before, under the same name.
  if (known != charts::k_no_directory)
    catalog_->forget_directory(known, [this](charts::DirectoryIndex index) { watcher_->unwatch(*catalog_, index); });
  struct statx file {};
  const int error = root_->system().stat_at(above, place.name.c_str(), file);
  if (error < 0 && error != -ENOENT) return fail(pending.directory, error, place.name, options);
  if (error < 0 || !S_ISDIR(file.stx_mode) || is_mount_point(file)) return;
  if (catalog_->directory(pending.directory).level == k_most_levels) return;
  const charts::DirectoryIndex found = catalog_->put_directory(pending.directory, place.name);
  if (!scan(*root_, *catalog_, found, sink, options).found) catalog_->forget_directory(found);
}

/// An empty directory's time says since when it has been empty.
void Follower::look_whether_empty(int descriptor, charts::DirectoryIndex index) {
  charts::Directory& directory = catalog_->directory(index);
  if (!directory.seems_empty()) return;
  struct statx self {};
  if (root_->system().stat_at(descriptor, "", self) >= 0) directory.modified_ns = nanoseconds(self.stx_mtime);
}

void Follower::fail(charts::DirectoryIndex directory, int result, const std::string& name, const ScanOptions& options) {
  catalog_->directory(directory).complete = false;
  const std::string path = catalog_->path(directory);
  options.failures.add(base::errno_error(-result, "statx", charts::join_path(path, name)), path);
}

}  // namespace reaper::volume
