// How the live catalog stays within what the system lets the program have: watches, and memory.

#include "sweep/live_catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

namespace reaper::sweep {
namespace {

using charts::DirectoryIndex;

/// After the kernel has refused a watch, others of the user hold more of them than was thought. To find out whether
/// that is still so takes all there are for a moment.
constexpr std::chrono::minutes k_retry_watches{10};

/// The name of a directory that a scan has still to enter, with its NUL; longer ones are rare.
constexpr std::uint64_t k_waiting_name_bytes = 28;

}  // namespace

void LiveCatalog::decide_on_watches() {
  const volume::Limits before = budget_.limits();
  if (read_limits_) budget_ = volume::WatchBudget(read_limits_());
  headroom_.limit(budget_.limits().memory_bytes.has_value());
  refused_by_budget_ = false;
  if (how_ != Watching::on) return;
  if (!root_->is_local()) {
    why_not_ = "others may write to this kind of volume unseen";
    return;
  }
  if (!watcher_.started()) {
    if (const auto started = watcher_.start(); !started) {
      why_not_ = started.error().message();
      return;
    }
  }
  if (may_watch_again(before)) why_not_.clear();
  // A limit may have been lowered.
  if (why_not_.empty() && !budget_.allows(watcher_.count(), catalog_bytes()))
    end_watches(budget_.refusal(catalog_.directory_count(), catalog_bytes()));
}

/// Whether what ended the watches may be over: with some room to spare, so that they do not come and go.
bool LiveCatalog::may_watch_again(const volume::Limits& before) const {
  const std::size_t directories = catalog_.directory_count();
  if (!budget_.allows(directories + directories / 16, catalog_.memory_bytes())) return false;
  return !budget_.limits().same_as(before) || directories < refused_directories_ ||
         clock_->since_boot() - refused_at_ >= k_retry_watches;
}

/// Before the directory is read: what comes later is told by an event.
void LiveCatalog::watch(DirectoryIndex directory, int descriptor, bool checks_drift) {
  // Where events were lost, another directory may stand under the name by now, and the watch be on the old one.
  // So it may be after drift, for which there is no better explanation.
  if (catalog_.directory(directory).watch() >= 0 && checks_drift && drift_ == 0) return;
  if (catalog_.directory(directory).watch() < 0 && !budget_.allows(watcher_.count() + 1, catalog_bytes())) {
    end_watches(budget_.refusal(catalog_.directory_count(), catalog_bytes()));
    return;
  }
  const auto watched = watcher_.watch(catalog_, directory, descriptor);
  if (watched) return;
  const std::size_t had = watcher_.count();
  end_watches(
      watched.error().is(ENOSPC) && budget_.limits().user_watches
          ? fmt::format("the kernel gave {} inotify watches and no more; fs.inotify.max_user_watches is {}, and "
                        "other programs of the user have the rest",
                        had, *budget_.limits().user_watches)
          : watched.error().message());
}

/// Some watches are worth nothing, and every user has a share of them only.
void LiveCatalog::end_watches(std::string why) {
  why_not_ = std::move(why);
  refused_at_ = clock_->since_boot();
  refused_directories_ = catalog_.directory_count();
  refused_by_budget_ = !budget_.allows(watcher_.count() + 1, catalog_bytes());
  // What their events would have told is found by reading these again.
  catalog_.for_each_directory([this](DirectoryIndex index) {
    if (catalog_.directory(index).watch() >= 0) catalog_.set_modified(index, charts::k_not_looked_at);
  });
  watcher_.unwatch_all(catalog_);
  follower_.forgive();
}

/// After a full scan it is known how many directories there are.
void LiveCatalog::say_what_watches_would_take() {
  if (!refused_by_budget_) return;
  why_not_ = budget_.refusal(catalog_.directory_count(), catalog_.memory_bytes());
  refused_directories_ = catalog_.directory_count();
  refused_by_budget_ = false;
}

/// With what a scan has still to do.
std::uint64_t LiveCatalog::catalog_bytes() const {
  return catalog_.memory_bytes() + budget_.kept_from_catalog(waiting_directories_ * k_waiting_name_bytes);
}

bool LiveCatalog::has_room() {
  const std::uint64_t bytes = catalog_bytes();
  if (budget_.has_room(watcher_.count(), bytes)) return true;
  if (watcher_.count() != 0) end_watches(budget_.refusal(catalog_.directory_count(), bytes));
  return budget_.has_room(0, bytes);
}

void LiveCatalog::make_room() {
  if (has_room()) return;
  std::vector<DirectoryIndex> idle;
  catalog_.for_each_directory([&](DirectoryIndex index) {
    if (is_idle(index)) idle.push_back(index);
  });
  for (const DirectoryIndex index : idle) forget_with_watches(index);
}

/// Whether nothing is known of the directory that somebody could ask for, nor goes a scan on below it.
bool LiveCatalog::is_idle(DirectoryIndex index) const {
  const charts::Directory& directory = catalog_.directory(index);
  return index != charts::k_root && directory.is_known() && directory.is_complete() && directory.charts() == 0 &&
         directory.subdirectories() == 0;
}

void LiveCatalog::note_too_deep(const volume::TooDeep& found) {
  if (found.count != 0 && too_deep_.count == 0) too_deep_.path = found.path;
  too_deep_.count += found.count;
}

}  // namespace reaper::sweep
