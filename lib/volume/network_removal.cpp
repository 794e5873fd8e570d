#include "volume/network_removal.hpp"

namespace reaper::volume {

std::optional<Outcome> NetworkRemoval::prepare(RemovalCandidate& candidate) { return unleased_.prepare(candidate); }

Outcome NetworkRemoval::finish(RemovalCandidate& candidate) {
  candidate.file.reset();
  return steps_->unlink_unchanged(candidate, RemovalSteps::Look::by_name);
}

}  // namespace reaper::volume
