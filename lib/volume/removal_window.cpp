#include "volume/removal_window.hpp"

#include "volume/file_state.hpp"
#include "volume/quarantine_name.hpp"
#include "volume/rename.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <utility>

namespace reaper::volume {
namespace {

using base::FileDescriptor;

/// Never waits for the other end of a pipe that has taken a chart's name, nor becomes the terminal of one.
constexpr int k_chart_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/// The longest that a wait goes without looking whether the program is to end.
constexpr std::chrono::milliseconds k_wait_slice{50};

/// Whether a writer waits is asked after so many charts: it costs a call, and they take less than a tenth of a
/// millisecond.
constexpr unsigned k_charts_between_looks = 8;

/// Charts are removed in the order of their times, so the charts of a few sets that were written together alternate.
constexpr std::size_t k_directories_kept = 32;

bool means_no_lease_here(int result) {
  return result == -EACCES || result == -EPERM || result == -EINVAL || result == -ENOSYS || result == -EOPNOTSUPP ||
         result == -ENOLCK;
}

/// EBADF: NFS makes a byte-range lock of it, which needs a descriptor that is open for writing (flock(2)).
bool means_no_locks_here(int result) {
  return result == -ENOSYS || result == -EOPNOTSUPP || result == -EINVAL || result == -ENOLCK || result == -EBADF;
}

/// The rename needs room for a longer name, and there is none, or the volume cannot rename at all, as some object
/// stores; unlink needs neither.
bool means_cannot_be_renamed(int result) {
  return result == -ENOSPC || result == -EDQUOT || result == -ENAMETOOLONG || result == -ENOSYS ||
         result == -EOPNOTSUPP;
}

std::chrono::nanoseconds slice_until(RemovalWindow::Clock::time_point time) {
  return std::clamp<std::chrono::nanoseconds>(time - RemovalWindow::Clock::now(), {}, k_wait_slice);
}

}  // namespace

RemovalWindow::RemovalWindow(Root& root, RemovalOptions options) : root_(&root), options_(std::move(options)) {}

void RemovalWindow::add(const charts::ChartSnapshot& chart, std::size_t number) {
  assert(has_room());
  if (++since_look_ >= k_charts_between_looks) attend_quarantined(Clock::now());

  Candidate candidate;
  candidate.chart = &chart;
  candidate.number = number;
  candidate.directory = open_directory(candidate.chart->directory);
  if (!candidate.directory->descriptor) return finish(candidate, candidate.directory->otherwise);

  for (const auto step : {&RemovalWindow::take_hold, &RemovalWindow::check_judged, &RemovalWindow::rename_to_quarantine,
                          &RemovalWindow::check_renamed})
    if (const Ended ended = (this->*step)(candidate)) return finish(candidate, *ended);
  candidate.due = Clock::now() + (candidate.leased ? options_.grace.with_lease : options_.grace.without_lease);
  candidates_.push_back(std::move(candidate));
}

void RemovalWindow::wait_until(Clock::time_point time) {
  if (!candidates_.empty()) return attend_quarantined(std::min(time, candidates_.front().due));
  static_cast<void>(root_->system().wait_for_lease_break(slice_until(time)));
  options_.progress.step();
}

std::span<const FinishedRemoval> RemovalWindow::take_finished() {
  if (finished_.empty()) return {};
  taken_.clear();
  std::swap(taken_, finished_);
  return taken_;
}

RemovalWindow::Ended RemovalWindow::take_hold(Candidate& candidate) {
  System& system = root_->system();
  const int opened =
      system.open_at(candidate.directory->descriptor.get(), candidate.chart->name.c_str(), k_chart_flags);
  if (opened == -ENOENT) return Outcome::gone;
  // A link, a socket or a directory has taken the name; EWOULDBLOCK is somebody else's lease.
  if (opened == -ELOOP || opened == -ENXIO || opened == -EISDIR) return Outcome::changed;
  if (opened == -EWOULDBLOCK) return Outcome::busy;
  if (opened < 0) return failed(candidate, opened, "openat");
  candidate.file = FileDescriptor(opened);

  const int locked = system.lock(candidate.file.get());
  if (locked == -EWOULDBLOCK) return Outcome::busy;
  if (locked < 0 && !means_no_locks_here(locked)) return failed(candidate, locked, "flock");

  // Elsewhere a lease sees no writer of another machine, is refused for ever, or holds up our own rename until the
  // kernel breaks it (NFS with delegations: 45 s).
  if (!root_->is_local()) return {};
  const int leased = system.take_lease(candidate.file.get());
  if (leased == -EAGAIN) return Outcome::busy;
  if (leased < 0 && !means_no_lease_here(leased)) return failed(candidate, leased, "fcntl");
  candidate.leased = leased >= 0;
  return {};
}

RemovalWindow::Ended RemovalWindow::check_judged(Candidate& candidate) {
  struct statx now {};
  if (const int error = root_->system().stat_synced_at(candidate.file.get(), "", now); error < 0)
    return failed(candidate, error, "statx");
  candidate.held = fingerprint(now);
  if (!S_ISREG(now.stx_mode) || !candidate.chart->is_still(candidate.held)) return Outcome::changed;
  candidate.links = now.stx_nlink;
  return {};
}

RemovalWindow::Ended RemovalWindow::rename_to_quarantine(Candidate& candidate) {
  const std::string& name = candidate.chart->name;
  std::string quarantined = quarantine_name(name);
  const int renamed =
      rename_without_replacing(root_->system(), candidate.directory->descriptor.get(), {name, quarantined});
  if (renamed == -ENOENT) return Outcome::gone;
  // Another reaper's, which it still holds; a dead one's would have been put right before this sweep.
  if (renamed == -EEXIST) return Outcome::busy;
  if (means_cannot_be_renamed(renamed)) return {};
  if (renamed < 0) return failed(candidate, renamed, "renameat2");
  if (renamed == k_renamed_after_looking) ++options_.fallbacks.without_noreplace;
  candidate.is_linked_to_quarantine = renamed == k_renamed_by_linking;
  candidate.quarantine_name = std::move(quarantined);
  return {};
}

RemovalWindow::Ended RemovalWindow::check_renamed(Candidate& candidate) {
  if (!candidate.is_quarantined()) return {};
  struct statx renamed {};
  const int error =
      root_->system().stat_synced_at(candidate.directory->descriptor.get(), candidate.quarantine_name.c_str(), renamed);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return give_back(candidate, failed(candidate, error, "statx"));
  // The change time is left out from here on: the rename itself moves it on some file systems.
  if (!fingerprint(renamed).same_content_as(candidate.held)) return give_back(candidate, Outcome::changed);
  return {};
}

/// Waits until then, or for a while, or not at all if it is past: writers that come are given way to, and some charts
/// whose grace time is over go: not all of them at once, as unlink(2) may have to wait for a disk.
void RemovalWindow::attend_quarantined(Clock::time_point until) {
  since_look_ = 0;
  if (candidates_.empty()) return;
  const auto has_no_lease = [](const Candidate& candidate) { return !candidate.leased; };
  if (options_.stop.stop_requested() && std::any_of(candidates_.begin(), candidates_.end(), has_no_lease))
    return give_back_all(Outcome::skipped);

  if (root_->system().wait_for_lease_break(slice_until(until)) > 0) give_back_where_lease_is_broken();
  options_.progress.step();
  const auto now = Clock::now();
  for (unsigned i = 0; i < k_charts_between_looks && !candidates_.empty() && candidates_.front().due <= now; ++i) {
    const Outcome outcome = let_go(candidates_.front());
    finish(candidates_.front(), outcome);
    candidates_.pop_front();
  }
}

/// The signal does not say which lease is meant, so each is asked. A writer waits until this is through: it comes
/// first.
void RemovalWindow::give_back_where_lease_is_broken() {
  for (Candidate& candidate : candidates_) {
    if (!candidate.leased || root_->system().take_lease(candidate.file.get()) >= 0) continue;
    const Outcome outcome = give_back(candidate, Outcome::busy);
    finish(candidate, outcome);
    candidate.chart = nullptr;
  }
  std::erase_if(candidates_, [](const Candidate& candidate) { return candidate.chart == nullptr; });
}

Outcome RemovalWindow::let_go(Candidate& candidate) {
  System& system = root_->system();
  if (candidate.leased) {
    const int leased = system.take_lease(candidate.file.get());
    if (leased == -EAGAIN) return give_back(candidate, Outcome::busy);
    if (leased < 0) return give_back(candidate, failed(candidate, leased, "fcntl"));
  }
  // FUSE and NFS clients do not remove an open file: they rename it to a hidden name and keep its space. The lock ends
  // with the descriptor, but off local disks it proves nothing, and another cleaner can at most give the chart back.
  if (!root_->is_local()) candidate.file.reset();
  struct statx now {};
  const int error = look_a_last_time(candidate, now);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return give_back(candidate, failed(candidate, error, "statx"));
  const charts::Fingerprint& held = candidate.held;
  const bool same = candidate.is_quarantined() ? fingerprint(now).same_content_as(held) : fingerprint(now) == held;
  const bool replaced = candidate.leased && now.stx_nlink != candidate.links;
  if (!same || replaced) return give_back(candidate, Outcome::changed);
  if (!candidate.is_linked_to_quarantine) candidate.links = now.stx_nlink;

  const int unlinked = system.unlink_at(candidate.directory->descriptor.get(), candidate.name().c_str(), 0);
  if (unlinked == -ENOENT) return Outcome::gone;
  if (unlinked < 0) return give_back(candidate, failed(candidate, unlinked, "unlinkat"));
  if (!candidate.leased) ++options_.fallbacks.without_lease;
  if (!candidate.is_quarantined()) ++options_.fallbacks.direct;
  return Outcome::removed;
}

/// A chart that is in quarantine is its descriptor's under a lease, which is cheaper to ask for than its name: nobody
/// else uses that name, and whoever puts another file in its place takes a link from this one.
int RemovalWindow::look_a_last_time(const Candidate& candidate, struct statx& result) {
  System& system = root_->system();
  if (candidate.is_quarantined() && candidate.leased) return system.stat_synced_at(candidate.file.get(), "", result);
  return system.stat_synced_at(candidate.directory->descriptor.get(), candidate.name().c_str(), result);
}

/// Returns the outcome it was given, so that a step can end with it.
Outcome RemovalWindow::give_back(Candidate& candidate, Outcome outcome) {
  if (!candidate.is_quarantined()) return outcome;
  System& system = root_->system();
  const std::string& name = candidate.chart->name;
  int renamed =
      rename_without_replacing(system, candidate.directory->descriptor.get(), {candidate.quarantine_name, name});
  // A new chart stands under the name. Ours is the older one of the two, and a writer that rewrites by name has made it
  // worthless; it goes as if that writer's rename had come a moment later.
  if (renamed == -EEXIST)
    renamed = system.unlink_at(candidate.directory->descriptor.get(), candidate.quarantine_name.c_str(), 0);
  if (renamed == -ENOENT) return Outcome::gone;
  if (renamed < 0) return failed(candidate, renamed, "renameat2");
  candidate.quarantine_name.clear();
  return outcome;
}

void RemovalWindow::give_back_all(Outcome outcome) {
  for (Candidate& candidate : candidates_) finish(candidate, give_back(candidate, outcome));
  candidates_.clear();
}

std::shared_ptr<const RemovalWindow::OpenDirectory> RemovalWindow::open_directory(const std::string& path) {
  // The charts of one set are neighbours in a plan more often than not, so the last ones are looked at first.
  const auto known = std::find_if(directories_.rbegin(), directories_.rend(),
                                  [&path](const auto& directory) { return directory->path == path; });
  if (known != directories_.rend()) return *known;
  auto directory = std::make_shared<OpenDirectory>();
  directory->path = path;
  if (auto opened = root_->open_directory(path)) {
    directory->descriptor = std::move(*opened);
  } else if (opened.error().is(ENOENT)) {
    directory->otherwise = Outcome::gone;
  } else if (opened.error().is(ELOOP) || opened.error().is(ENOTDIR) || opened.error().is(EXDEV)) {
    directory->otherwise = Outcome::changed;
  } else {
    options_.failures.add(opened.error(), path);
  }
  if (directories_.size() == k_directories_kept) directories_.pop_front();
  directories_.push_back(std::move(directory));
  return directories_.back();
}

Outcome RemovalWindow::failed(const Candidate& candidate, int result, std::string_view operation) {
  options_.failures.add(base::errno_error(-result, operation, candidate.chart->path()), candidate.chart->directory);
  return Outcome::failed;
}

void RemovalWindow::finish(Candidate& candidate, Outcome outcome) {
  // Ends the lease, and with it a writer's wait, before the caller takes the result, which may take its time with it.
  candidate.file.reset();
  RemovalResult result{.outcome = outcome,
                       .left_in_quarantine = outcome == Outcome::failed && candidate.is_quarantined()};
  if (outcome == Outcome::removed) {
    if (candidate.links == 1) result.freed_bytes = candidate.chart->counted_bytes;
    Progress::increase(options_.progress.charts_removed, 1);
    Progress::increase(options_.progress.bytes_freed, result.freed_bytes);
  }
  finished_.push_back({candidate.chart, candidate.number, result});
  options_.progress.step();
}

}  // namespace reaper::volume
