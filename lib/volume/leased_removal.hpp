#pragma once

#include "volume/removal_protocol.hpp"
#include "volume/removal_steps.hpp"
#include "volume/unleased_removal.hpp"

namespace reaper::volume {

/// Removes charts from a local volume under a read lease. The kernel grants the lease only if no process has the chart
/// open for writing, and then blocks every writer until the lease is given up.
///
///  1. Open, lock, take the lease. Compare with the plan.
///  2. Rename to the quarantine name. A writer that opens the chart's name from now on creates a new file, which we do
///     not touch.
///  3. Wait for the grace time. A writer that looked up the name before the rename breaks the lease now. The window
///     then puts the chart back, and the writer continues in its file.
///  4. Ask for the lease again; this fails if a writer is inside open(2). Compare. Unlink.
///
/// So a chart that is unlinked had no writer, and can get none: no program knows the quarantine name.
class LeasedRemoval final : public RemovalProtocol {
 public:
  explicit LeasedRemoval(RemovalSteps& steps) : steps_(&steps), without_lease_(steps) {}

  [[nodiscard]] std::optional<Outcome> prepare(RemovalCandidate& candidate) override;
  [[nodiscard]] Outcome finish(RemovalCandidate& candidate) override;

 private:
  RemovalSteps* steps_;
  UnleasedRemoval without_lease_;  // for the charts of other users
};

}  // namespace reaper::volume
