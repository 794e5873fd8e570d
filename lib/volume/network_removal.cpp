#include "volume/network_removal.hpp"

namespace reaper::volume {

std::optional<Outcome> NetworkRemoval::prepare(RemovalCandidate& candidate) { return unleased_.prepare(candidate); }

Outcome NetworkRemoval::finish(RemovalCandidate& candidate) {
  candidate.file.reset();
  return unleased_.finish(candidate);
}

}  // namespace reaper::volume
