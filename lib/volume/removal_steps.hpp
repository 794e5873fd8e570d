#pragma once

#include "volume/removal_candidate.hpp"
#include "volume/removal_result.hpp"
#include "volume/rename.hpp"
#include "volume/system.hpp"
#include "volume/volume_traits.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace reaper::volume {

/// The time for which a chart stays in quarantine before it is unlinked.
struct Grace {
  /// With a lease. A writer that looked up the name just before the rename opens the file within this time, and that
  /// breaks the lease.
  std::chrono::milliseconds with_lease{2};
  /// Without a lease. Within this time a writer with an open file should write something, which changes the size or a
  /// time.
  std::chrono::milliseconds without_lease{1000};
};

/// The steps that the removal protocols share. Each notes its failure in the candidate, and returns the outcome if the
/// removal ends there. Several threads may use them, each for another candidate.
class RemovalSteps {
 public:
  using Ended = std::optional<Outcome>;

  /// The parts that the steps work with. They outlive the steps.
  struct Parts {
    System& system;
    const VolumeAbilities& volume;
    Grace grace;
  };

  explicit RemovalSteps(const Parts& parts) : in_(parts) {}

  /// Opens the chart without following a link or waiting.
  [[nodiscard]] Ended open(RemovalCandidate& candidate);

  /// Locks the open chart against other cleaners (flock(2)). On NFS it only checks that no other program has locked it.
  /// Volumes without locks are no failure.
  [[nodiscard]] Ended lock(RemovalCandidate& candidate);

  /// Takes a read lease on the open chart, and sets `leased`. A refused lease is no failure.
  [[nodiscard]] Ended take_lease(RemovalCandidate& candidate);

  /// Asks for the lease again. Puts the chart back if a writer is inside open(2).
  [[nodiscard]] Ended renew_lease(RemovalCandidate& candidate);

  /// Compares the chart, through its descriptor if it is open, with the plan, and sets `planned_state`. Size, times and
  /// inode must be the same, to the nanosecond.
  [[nodiscard]] Ended compare_with_plan(RemovalCandidate& candidate);

  /// Renames the chart to its quarantine name, and compares the renamed file with the opened one: a writer may have
  /// replaced the name in between. A chart that cannot be renamed keeps its name, e.g. on a full volume.
  [[nodiscard]] Ended quarantine(RemovalCandidate& candidate);

  /// The file whose state is compared right before the unlink.
  enum class Look { by_name, by_descriptor };

  /// Unlinks the chart if it is still unchanged. Otherwise puts it back.
  [[nodiscard]] Outcome unlink_unchanged(RemovalCandidate& candidate, Look look);

  /// Unlinks the chart by the name that it has now, or puts it back if that fails.
  [[nodiscard]] Outcome unlink_now(RemovalCandidate& candidate);

  /// Gives the chart its own name again. Returns `outcome`, so that a step can return it.
  [[nodiscard]] Outcome put_back(RemovalCandidate& candidate, Outcome outcome, Unlinking unlinking = Unlinking::works);

  [[nodiscard]] const Grace& grace() const noexcept { return in_.grace; }

 private:
  [[nodiscard]] static Outcome failed(RemovalCandidate& candidate, int result, std::string_view operation);
  [[nodiscard]] Ended rename_to_quarantine(RemovalCandidate& candidate);
  [[nodiscard]] Ended check_renamed(RemovalCandidate& candidate);

  Parts in_;
};

}  // namespace reaper::volume
