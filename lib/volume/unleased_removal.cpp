#include "volume/unleased_removal.hpp"

namespace reaper::volume {

std::optional<Outcome> UnleasedRemoval::prepare(RemovalCandidate& candidate) {
  if (const auto ended = steps_->open(candidate)) return ended;
  if (const auto ended = steps_->lock(candidate)) return ended;
  return prepare_locked(candidate);
}

std::optional<Outcome> UnleasedRemoval::prepare_locked(RemovalCandidate& candidate) {
  if (const auto ended = steps_->compare_with_plan(candidate)) return ended;
  if (const auto ended = steps_->quarantine(candidate)) return ended;
  candidate.due = RemovalCandidate::Clock::now() + steps_->grace().without_lease;
  return {};
}

Outcome UnleasedRemoval::finish(RemovalCandidate& candidate) {
  return steps_->unlink_unchanged(candidate, RemovalSteps::Look::by_name);
}

}  // namespace reaper::volume
