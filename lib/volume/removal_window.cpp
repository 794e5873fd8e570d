#include "volume/removal_window.hpp"

#include "volume/file_state.hpp"
#include "volume/means_gone.hpp"
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

/// O_NONBLOCK: if the name now belongs to a pipe, do not wait for a program at its other end. O_NOCTTY: if it belongs
/// to a terminal, the terminal must not become our controlling terminal.
constexpr int k_chart_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/// The longest wait. After it, the window checks if the program must end.
constexpr std::chrono::milliseconds k_max_wait{50};

/// The window checks for a waiting writer after this many charts. Each check is a system call, and this many charts
/// take less than a tenth of a millisecond.
constexpr unsigned k_charts_between_checks = 8;

/// The number of directories that stay open. Charts are removed in order of age, so if charts of several sets were
/// written at the same time, their directories take turns.
constexpr std::size_t k_directories_kept = 32;

bool means_no_lease_here(int result) {
  return result == -EACCES || result == -EPERM || result == -EINVAL || result == -ENOSYS || result == -EOPNOTSUPP ||
         result == -ENOLCK;
}

/// EBADF comes from NFS. It turns the lock into a byte-range lock, which needs a descriptor open for writing
/// (flock(2)).
bool means_no_locks_here(int result) {
  return result == -ENOSYS || result == -EOPNOTSUPP || result == -EINVAL || result == -ENOLCK || result == -EBADF;
}

/// Returns true if the chart can only be unlinked under its own name: the volume has no room for a longer name, or it
/// cannot rename at all, like some object stores.
bool means_cannot_be_renamed(int result) {
  return result == -ENOSPC || result == -EDQUOT || result == -ENAMETOOLONG || result == -ENOSYS ||
         result == -EOPNOTSUPP;
}

std::chrono::nanoseconds slice_until(RemovalWindow::Clock::time_point time) {
  return std::clamp<std::chrono::nanoseconds>(time - RemovalWindow::Clock::now(), {}, k_max_wait);
}

}  // namespace

RemovalWindow::RemovalWindow(Root& root, RemovalOptions options) : root_(&root), options_(std::move(options)) {}

void RemovalWindow::add(const charts::ChartSnapshot& chart, std::size_t number) {
  assert(has_room());
  if (++since_check_ >= k_charts_between_checks) finish_due(Clock::now());

  Candidate candidate;
  candidate.chart = &chart;
  candidate.number = number;
  candidate.directory = open_directory(candidate.chart->directory);
  if (!candidate.directory->descriptor) return finish(candidate, candidate.directory->otherwise);

  for (const auto step : {&RemovalWindow::open_and_lease, &RemovalWindow::check_unchanged,
                          &RemovalWindow::rename_to_quarantine, &RemovalWindow::check_renamed})
    if (const Ended ended = (this->*step)(candidate)) return finish(candidate, *ended);
  candidate.due = Clock::now() + (candidate.leased ? options_.grace.with_lease : options_.grace.without_lease);
  candidates_.push_back(std::move(candidate));
}

void RemovalWindow::wait_until(Clock::time_point time) {
  if (!candidates_.empty()) return finish_due(std::min(time, candidates_.front().due));
  static_cast<void>(root_->system().wait_for_lease_break(slice_until(time)));
  options_.progress.step();
}

std::span<const FinishedRemoval> RemovalWindow::take_finished() {
  if (finished_.empty()) return {};
  taken_.clear();
  std::swap(taken_, finished_);
  return taken_;
}

RemovalWindow::Ended RemovalWindow::open_and_lease(Candidate& candidate) {
  System& system = root_->system();
  const int opened =
      system.open_at(candidate.directory->descriptor.get(), candidate.chart->name.c_str(), k_chart_flags);
  if (opened == -ENOENT) return Outcome::gone;
  // A link, a socket or a directory has taken the name. EWOULDBLOCK: another process holds a lease.
  if (opened == -ELOOP || opened == -ENXIO || opened == -EISDIR) return Outcome::changed;
  if (opened == -EWOULDBLOCK) return Outcome::busy;
  if (opened < 0) return failed(candidate, opened, "openat");
  candidate.file = FileDescriptor(opened);

  const int locked = system.lock(candidate.file.get());
  if (locked == -EWOULDBLOCK) return Outcome::busy;
  if (locked < 0 && !means_no_locks_here(locked)) return failed(candidate, locked, "flock");

  // On volumes that are not local, a lease does not see writers on other machines, or is always refused. On NFS with
  // delegations a lease blocks our own rename until the kernel breaks it after 45 s.
  if (!root_->is_local()) return {};
  const int leased = system.take_lease(candidate.file.get());
  if (leased == -EAGAIN) return Outcome::busy;
  if (leased < 0 && !means_no_lease_here(leased)) return failed(candidate, leased, "fcntl");
  candidate.leased = leased >= 0;
  return {};
}

RemovalWindow::Ended RemovalWindow::check_unchanged(Candidate& candidate) {
  struct statx now {};
  if (const int error = root_->system().stat_synced_at(candidate.file.get(), "", now); error < 0)
    return failed(candidate, error, "statx");
  candidate.planned_state = fingerprint(now);
  if (!S_ISREG(now.stx_mode) || !candidate.chart->is_still(candidate.planned_state)) return Outcome::changed;
  candidate.links = now.stx_nlink;
  return {};
}

RemovalWindow::Ended RemovalWindow::rename_to_quarantine(Candidate& candidate) {
  const std::string& name = candidate.chart->name;
  std::string quarantined = quarantine_name(name);
  const int renamed =
      volume::rename_to_quarantine(root_->system(), candidate.directory->descriptor.get(), {name, quarantined});
  if (renamed == -ENOENT) return Outcome::gone;
  // The quarantine name is taken: another chart-reaper uses it, or a crash left it, which is recovered after the scan.
  if (renamed == -EEXIST) return Outcome::busy;
  if (means_cannot_be_renamed(renamed)) return {};
  if (renamed < 0) return failed(candidate, renamed, "renameat2");
  candidate.quarantine_name = std::move(quarantined);
  return {};
}

RemovalWindow::Ended RemovalWindow::check_renamed(Candidate& candidate) {
  if (!candidate.is_quarantined()) return {};
  struct statx renamed {};
  const int error =
      root_->system().stat_synced_at(candidate.directory->descriptor.get(), candidate.quarantine_name.c_str(), renamed);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return put_back(candidate, failed(candidate, error, "statx"));
  // From here on the change time is not compared: the rename itself changes it on some file systems.
  if (!fingerprint(renamed).same_content_as(candidate.planned_state)) return put_back(candidate, Outcome::changed);
  return {};
}

/// Waits until `until`, but at most k_max_wait; does not wait if `until` is past. Puts charts back if writers broke
/// their leases. Then removes a few charts whose grace time is over. It does not remove all, because unlink(2) may wait
/// for a disk, and the window does not check for writers meanwhile.
void RemovalWindow::finish_due(Clock::time_point until) {
  since_check_ = 0;
  if (candidates_.empty()) return;
  const auto has_no_lease = [](const Candidate& candidate) { return !candidate.leased; };
  if (options_.stop.stop_requested() && std::any_of(candidates_.begin(), candidates_.end(), has_no_lease))
    return put_back_all(Outcome::skipped);

  if (root_->system().wait_for_lease_break(slice_until(until)) > 0) put_back_where_lease_is_broken();
  options_.progress.step();
  const auto now = Clock::now();
  for (unsigned i = 0; i < k_charts_between_checks && !candidates_.empty() && candidates_.front().due <= now; ++i) {
    const Outcome outcome = unlink_or_put_back(candidates_.front());
    finish(candidates_.front(), outcome);
    candidates_.pop_front();
  }
}

/// The signal does not say which lease was broken, so check all. This runs before any removal, because a writer is
/// blocked until its chart is back.
void RemovalWindow::put_back_where_lease_is_broken() {
  for (Candidate& candidate : candidates_) {
    if (!candidate.leased || root_->system().take_lease(candidate.file.get()) >= 0) continue;
    const Outcome outcome = put_back(candidate, Outcome::busy);
    finish(candidate, outcome);
    candidate.chart = nullptr;
  }
  std::erase_if(candidates_, [](const Candidate& candidate) { return candidate.chart == nullptr; });
}

/// Unlinks the chart if no writer has appeared and nothing has changed. Otherwise puts it back.
Outcome RemovalWindow::unlink_or_put_back(Candidate& candidate) {
  System& system = root_->system();
  if (candidate.leased) {
    const int leased = system.take_lease(candidate.file.get());
    if (leased == -EAGAIN) return put_back(candidate, Outcome::busy);
    if (leased < 0) return put_back(candidate, failed(candidate, leased, "fcntl"));
  }
  // FUSE and NFS clients do not remove an open file: they rename it to a hidden name, and it still takes space. So
  // close it first. That also ends our lock. But on such volumes a lock may not reach other machines anyway, and
  // another cleaner could only put the chart back.
  if (!root_->is_local()) candidate.file.reset();
  struct statx now {};
  const int error = stat_before_unlink(candidate, now);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return put_back(candidate, failed(candidate, error, "statx"));
  const charts::Fingerprint& planned = candidate.planned_state;
  const bool same =
      candidate.is_quarantined() ? fingerprint(now).same_content_as(planned) : fingerprint(now) == planned;
  const bool replaced = candidate.leased && now.stx_nlink != candidate.links;
  if (!same || replaced) return put_back(candidate, Outcome::changed);
  candidate.links = now.stx_nlink;

  const int unlinked = system.unlink_at(candidate.directory->descriptor.get(), candidate.name().c_str(), 0);
  if (unlinked == -ENOENT) return Outcome::gone;
  if (unlinked < 0) return put_back(candidate, failed(candidate, unlinked, "unlinkat"));
  if (!candidate.leased) ++options_.fallbacks.without_lease;
  if (!candidate.is_quarantined()) ++options_.fallbacks.direct;
  return Outcome::removed;
}

/// Reads the state of a chart right before its unlink. If the chart is quarantined and leased, this reads through the
/// descriptor, which is cheaper than by name. It is safe: no other program uses the quarantine name, and if one
/// replaced the file there, the link count of ours would fall.
int RemovalWindow::stat_before_unlink(const Candidate& candidate, struct statx& result) {
  System& system = root_->system();
  if (candidate.is_quarantined() && candidate.leased) return system.stat_synced_at(candidate.file.get(), "", result);
  return system.stat_synced_at(candidate.directory->descriptor.get(), candidate.name().c_str(), result);
}

/// Puts the chart back under its own name. Returns `outcome`, so that a step can return it.
Outcome RemovalWindow::put_back(Candidate& candidate, Outcome outcome) {
  if (!candidate.is_quarantined()) return outcome;
  System& system = root_->system();
  const std::string& name = candidate.chart->name;
  int renamed =
      rename_from_quarantine(system, candidate.directory->descriptor.get(), {candidate.quarantine_name, name});
  // A new chart has the name. Ours is older, and its writer wanted to replace it. So unlink ours: the result is the
  // same as if the writer had renamed the new chart over it.
  if (renamed == -EEXIST)
    renamed = system.unlink_at(candidate.directory->descriptor.get(), candidate.quarantine_name.c_str(), 0);
  if (renamed == -ENOENT) return Outcome::gone;
  if (renamed < 0) return failed(candidate, renamed, "renameat2");
  if (renamed == k_renamed_after_checking) ++options_.fallbacks.without_noreplace;
  candidate.quarantine_name.clear();
  return outcome;
}

void RemovalWindow::put_back_all(Outcome outcome) {
  for (Candidate& candidate : candidates_) finish(candidate, put_back(candidate, outcome));
  candidates_.clear();
}

std::shared_ptr<const RemovalWindow::OpenDirectory> RemovalWindow::open_directory(const std::string& path) {
  // Charts next to each other in a plan are usually in the same set, so search the latest directories first.
  const auto known = std::find_if(directories_.rbegin(), directories_.rend(),
                                  [&path](const auto& directory) { return directory->path == path; });
  if (known != directories_.rend()) return *known;
  auto directory = std::make_shared<OpenDirectory>();
  directory->path = path;
  if (auto opened = root_->open_directory(path)) {
    directory->descriptor = std::move(*opened);
  } else if (opened.error().is(ENOENT)) {
    directory->otherwise = Outcome::gone;
  } else if (means_out_of_reach(opened.error())) {
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
  // Close the file now. That ends the lease, so a blocked writer continues before the caller handles the result.
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
