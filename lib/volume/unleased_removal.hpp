#pragma once

#include "volume/removal_candidate.hpp"
#include "volume/removal_steps.hpp"

#include <optional>

namespace reaper::volume {

/// Removes charts from a local volume without a lease, because they belong to another user.
///
///  1. Open, lock. Compare with the plan.
///  2. Rename to the quarantine name. A writer that opens the chart's name from now on creates a new file.
///  3. Wait for the longer grace time. A writer that has the chart open writes within this time, which changes its size
///     or a time.
///  4. Compare. Unlink.
///
/// Only a writer that has the chart open and writes nothing during the whole grace time loses its chart.
class UnleasedRemoval {
 public:
  explicit UnleasedRemoval(RemovalSteps& steps) : steps_(&steps) {}

  /// The steps before and after the grace time, as in RemovalProtocol.
  [[nodiscard]] std::optional<Outcome> prepare(RemovalCandidate& candidate);
  [[nodiscard]] Outcome finish(RemovalCandidate& candidate);

  /// Runs prepare() for a chart that is open and locked.
  [[nodiscard]] std::optional<Outcome> prepare_locked(RemovalCandidate& candidate);

 private:
  RemovalSteps* steps_;
};

}  // namespace reaper::volume
