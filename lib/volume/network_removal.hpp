#pragma once

#include "volume/removal_protocol.hpp"
#include "volume/removal_steps.hpp"
#include "volume/unleased_removal.hpp"

namespace reaper::volume {

/// Removes charts from a network or FUSE volume that renames files.
///
/// It takes no lease. A lease does not see writers on other machines, or the server refuses it. On NFS with
/// delegations a lease would block our own rename until the kernel breaks the lease after 45 s. So the steps are those
/// of UnleasedRemoval, with one difference: the chart is closed before the last comparison. FUSE and NFS clients do not
/// remove an open file. They rename it to a hidden name, and it still takes space.
///
/// Closing also ends our lock. The lock may not reach other machines anyway, and another cleaner could only put the
/// chart back. As with UnleasedRemoval, only a writer that writes nothing during the grace time loses its chart. On
/// NFS, the writer's client must also send the writes within that time.
class NetworkRemoval final : public RemovalProtocol {
 public:
  explicit NetworkRemoval(RemovalSteps& steps) : unleased_(steps) {}

  [[nodiscard]] std::optional<Outcome> prepare(RemovalCandidate& candidate) override;
  [[nodiscard]] Outcome finish(RemovalCandidate& candidate) override;

 private:
  UnleasedRemoval unleased_;
};

}  // namespace reaper::volume
