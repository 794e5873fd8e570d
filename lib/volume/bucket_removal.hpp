#pragma once

#include "volume/removal_protocol.hpp"
#include "volume/removal_steps.hpp"

namespace reaper::volume {

/// The call by which a mount reports the present state of an object.
enum class Freshness : bool {
  on_open,  ///< open(2) asks the store, and statx(2) answers from a cache
  on_stat,  ///< statx(2) with AT_STATX_FORCE_SYNC asks the store; open(2) may load the object, or block its writers
};

/// Removes charts from a mount of an object store.
///
/// A rename there copies the object, and the copy can replace what another client has just written. So the chart keeps
/// its name:
///
///  1. Ask the store for the present object, even if the mount has its state in a cache. If that opens the chart, lock
///     it against other programs on this machine.
///  2. Compare it with the plan.
///  3. Unlink it, with no request of ours in between. It is not open then.
///
/// An object that another client writes between the answer to step 1 and the unlink is lost, because no mount has a
/// "delete if unchanged". See min_age_in_force().
class BucketRemoval final : public RemovalProtocol {
 public:
  BucketRemoval(RemovalSteps& steps, Freshness freshness) : steps_(&steps), freshness_(freshness) {}

  /// Only sets `candidate.due` to now: a writer could rewrite a chart that waited after the comparison.
  [[nodiscard]] std::optional<Outcome> prepare(RemovalCandidate& candidate) override;
  [[nodiscard]] Outcome finish(RemovalCandidate& candidate) override;

 private:
  RemovalSteps* steps_;
  Freshness freshness_;
};

}  // namespace reaper::volume
