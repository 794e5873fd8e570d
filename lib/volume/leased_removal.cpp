#include "volume/leased_removal.hpp"

namespace reaper::volume {

std::optional<Outcome> LeasedRemoval::prepare(RemovalCandidate& candidate) {
  if (const auto ended = steps_->open(candidate)) return ended;
  if (const auto ended = steps_->lock(candidate)) return ended;
  if (const auto ended = steps_->take_lease(candidate)) return ended;
  if (!candidate.leased) return without_lease_.prepare_locked(candidate);
  if (const auto ended = steps_->compare_with_plan(candidate)) return ended;
  if (const auto ended = steps_->quarantine(candidate)) return ended;
  candidate.due = RemovalCandidate::Clock::now() + steps_->grace().with_lease;
  return {};
}

/// Reads a quarantined chart through its descriptor, which is cheaper than by name. It is safe: no other program uses
/// the quarantine name, and if one replaced the file there, the link count of ours would fall.
Outcome LeasedRemoval::finish(RemovalCandidate& candidate) {
  if (!candidate.leased) return without_lease_.finish(candidate);
  if (const auto ended = steps_->renew_lease(candidate)) return *ended;
  return steps_->unlink_unchanged(
      candidate, candidate.is_quarantined() ? RemovalSteps::Look::by_descriptor : RemovalSteps::Look::by_name);
}

}  // namespace reaper::volume
