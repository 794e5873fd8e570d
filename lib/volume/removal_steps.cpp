#include "volume/removal_steps.hpp"

#include "base/error.hpp"
#include "volume/call_pool.hpp"
#include "volume/file_state.hpp"
#include "volume/quarantine_name.hpp"
#include "volume/rename.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace reaper::volume {
namespace {

/// O_NONBLOCK: if the name now belongs to a pipe, do not wait for a program at its other end. O_NOCTTY: if it belongs
/// to a terminal, the terminal must not become our controlling terminal.
constexpr int k_chart_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

bool means_no_lease_here(int result) {
  return result == -EACCES || result == -EPERM || result == -EINVAL || result == -ENOSYS || result == -EOPNOTSUPP ||
         result == -ENOLCK;
}

bool means_no_locks_here(int result) {
  return result == -ENOSYS || result == -EOPNOTSUPP || result == -EINVAL || result == -ENOLCK;
}

/// Returns true if the chart can only be unlinked under its own name: the volume has no room for a longer name, or it
/// cannot rename at all, like some object stores.
bool means_cannot_be_renamed(int result) {
  return result == -ENOSPC || result == -EDQUOT || result == -ENAMETOOLONG || result == -ENOSYS ||
         result == -EOPNOTSUPP;
}

/// Reads the present state of the chart, from the server of the volume.
int look_at(System& system, const RemovalCandidate& candidate, RemovalSteps::Look look, struct statx& now) {
  CallPool::note_call();
  if (look == RemovalSteps::Look::by_descriptor) return system.stat_synced_at(candidate.file.get(), "", now);
  return system.stat_synced_at(candidate.directory->descriptor.get(), candidate.name().c_str(), now);
}

}  // namespace

RemovalSteps::Ended RemovalSteps::open(RemovalCandidate& candidate) {
  CallPool::note_call();
  const int opened =
      in_.system.open_at(candidate.directory->descriptor.get(), candidate.chart->name.c_str(), k_chart_flags);
  if (opened == -ENOENT) return Outcome::gone;
  // A link, a socket or a directory has taken the name. EWOULDBLOCK: another process holds a lease.
  if (opened == -ELOOP || opened == -ENXIO || opened == -EISDIR) return Outcome::changed;
  if (opened == -EWOULDBLOCK) return Outcome::busy;
  if (opened < 0) return failed(candidate, opened, "openat");
  candidate.file = base::FileDescriptor(opened);
  return {};
}

RemovalSteps::Ended RemovalSteps::lock(RemovalCandidate& candidate) {
  CallPool::note_call();
  int locked = in_.system.lock(candidate.file.get());
  // NFS turns the lock into a byte-range lock, which needs a descriptor open for writing (flock(2)). A test does not.
  if (locked == -EBADF) locked = in_.system.test_lock(candidate.file.get());
  if (locked == -EWOULDBLOCK) return Outcome::busy;
  if (locked < 0 && !means_no_locks_here(locked)) return failed(candidate, locked, "flock");
  return {};
}

RemovalSteps::Ended RemovalSteps::take_lease(RemovalCandidate& candidate) {
  const int leased = in_.system.take_lease(candidate.file.get());
  if (leased == -EAGAIN) return Outcome::busy;
  if (leased < 0 && !means_no_lease_here(leased)) return failed(candidate, leased, "fcntl");
  candidate.leased = leased >= 0;
  return {};
}

RemovalSteps::Ended RemovalSteps::renew_lease(RemovalCandidate& candidate) {
  const int leased = in_.system.take_lease(candidate.file.get());
  if (leased == -EAGAIN) return put_back(candidate, Outcome::busy);
  if (leased < 0) return put_back(candidate, failed(candidate, leased, "fcntl"));
  return {};
}

RemovalSteps::Ended RemovalSteps::compare_with_plan(RemovalCandidate& candidate) {
  struct statx now {};
  const int error = look_at(in_.system, candidate, candidate.file ? Look::by_descriptor : Look::by_name, now);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return failed(candidate, error, "statx");
  candidate.planned_state = fingerprint(now, in_.volume);
  if (!S_ISREG(now.stx_mode) || !candidate.chart->is_still(candidate.planned_state)) return Outcome::changed;
  candidate.links = now.stx_nlink;
  return {};
}

RemovalSteps::Ended RemovalSteps::quarantine(RemovalCandidate& candidate) {
  if (const Ended ended = rename_to_quarantine(candidate)) return ended;
  return candidate.is_quarantined() ? check_renamed(candidate) : Ended();
}

RemovalSteps::Ended RemovalSteps::rename_to_quarantine(RemovalCandidate& candidate) {
  CallPool::note_call();
  const std::string& name = candidate.chart->name;
  std::string quarantined = quarantine_name(name);
  const int renamed =
      volume::rename_to_quarantine(in_.system, candidate.directory->descriptor.get(), {name, quarantined});
  if (renamed == -ENOENT) return Outcome::gone;
  // The quarantine name is taken: another chart-reaper uses it, or a crash left it, which is recovered after the scan.
  if (renamed == -EEXIST) return Outcome::busy;
  if (means_cannot_be_renamed(renamed)) return {};
  if (renamed < 0) return failed(candidate, renamed, "renameat2");
  candidate.quarantine_name = std::move(quarantined);
  return {};
}

RemovalSteps::Ended RemovalSteps::check_renamed(RemovalCandidate& candidate) {
  struct statx renamed {};
  const int error = look_at(in_.system, candidate, Look::by_name, renamed);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return put_back(candidate, failed(candidate, error, "statx"));
  // From here on the change time is not compared: the rename itself changes it on some file systems.
  if (!fingerprint(renamed, in_.volume).same_content_as(candidate.planned_state))
    return put_back(candidate, Outcome::changed);
  return {};
}

/// Counts here, not in unlink_now(): a chart of a bucket needs neither a lease nor a quarantine.
Outcome RemovalSteps::unlink_unchanged(RemovalCandidate& candidate, Look look) {
  struct statx now {};
  const int error = look_at(in_.system, candidate, look, now);
  if (error == -ENOENT) return Outcome::gone;
  if (error < 0) return put_back(candidate, failed(candidate, error, "statx"));
  const charts::Fingerprint& planned = candidate.planned_state;
  const bool same = candidate.is_quarantined() ? fingerprint(now, in_.volume).same_content_as(planned)
                                               : fingerprint(now, in_.volume) == planned;
  const bool replaced = candidate.leased && now.stx_nlink != candidate.links;
  if (!same || replaced) return put_back(candidate, Outcome::changed);
  candidate.links = now.stx_nlink;
  const Outcome outcome = unlink_now(candidate);
  if (outcome != Outcome::removed) return outcome;
  if (!candidate.leased) ++candidate.fallbacks.without_lease;
  if (!candidate.is_quarantined()) ++candidate.fallbacks.direct;
  return outcome;
}

Outcome RemovalSteps::unlink_now(RemovalCandidate& candidate) {
  CallPool::note_call();
  const int unlinked = in_.system.unlink_at(candidate.directory->descriptor.get(), candidate.name().c_str(), 0);
  if (unlinked == -ENOENT) return Outcome::gone;
  if (unlinked < 0) return put_back(candidate, failed(candidate, unlinked, "unlinkat"), Unlinking::fails);
  return Outcome::removed;
}

Outcome RemovalSteps::put_back(RemovalCandidate& candidate, Outcome outcome, Unlinking unlinking) {
  if (!candidate.is_quarantined()) return outcome;
  CallPool::note_call();
  const int directory = candidate.directory->descriptor.get();
  const RenamePair names{candidate.quarantine_name, candidate.chart->name};
  int renamed = rename_from_quarantine(in_.system, directory, names, unlinking);
  // A new chart has the name. Ours is older, and its writer wanted to replace it. So unlink ours: the result is the
  // same as if the writer had renamed the new chart over it.
  if (renamed == -EEXIST) renamed = in_.system.unlink_at(directory, candidate.quarantine_name.c_str(), 0);
  if (renamed == -ENOENT) return Outcome::gone;
  if (renamed < 0) return failed(candidate, renamed, "renameat2");
  if (renamed == k_renamed_after_checking) ++candidate.fallbacks.without_noreplace;
  candidate.quarantine_name.clear();
  return outcome;
}

Outcome RemovalSteps::failed(RemovalCandidate& candidate, int result, std::string_view operation) {
  candidate.failures.push_back(base::errno_error(-result, operation, candidate.chart->path()));
  return Outcome::failed;
}

}  // namespace reaper::volume
