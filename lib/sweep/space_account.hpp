#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"
#include "live/live_catalog.hpp"
#include "retention/free_space.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"
#include "volume/root.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace reaper::sweep {

/// Returns the state of the volume and of its charts now; nothing if the file system does not report it.
[[nodiscard]] std::optional<retention::VolumeState> volume_state(const volume::Root& root,
                                                                 const charts::Catalog& catalog);

/// Limits the removals of one pass for free space. The demand is fixed before planning, and each planned chart is
/// subtracted from it. Neither the chart's outcome nor the volume's free space changes that, because a removal may free
/// its space late or never. The account asks the volume again before the next demand.
class SpaceAccount {
 public:
  /// The parts of a sweep that the account works with.
  struct Parts {
    const volume::Root& root;
    live::LiveCatalog& live;
    retention::FreeSpaceGuard& guard;
    const base::Clock& clock;
  };

  SpaceAccount(const Parts& parts, retention::FreeSpaceGuard::Asked asked) : in_(parts), asked_(asked) {}

  /// Call this before the pass removes anything.
  void open();

  /// Fixes the demand. Call this before planning.
  void fix_demand(DryRun dry_run);

  /// Returns the rest of the demand, which the next plan must meet.
  [[nodiscard]] retention::SpaceDemand demand() const;

  void note_planned(const retention::Removal& removal);

  /// Notes that a chart of the plan is no longer there.
  void note_gone(const retention::Removal& removal);

  /// Notes that a planned chart stays. It still counts for the demand, but in a try another chart may replace it.
  /// Otherwise charts that are held open would keep all others from being tried.
  void note_kept(const retention::Removal& removal);

  /// Returns true if a chart was removed for this demand.
  [[nodiscard]] bool has_made_room() const noexcept { return has_made_room_; }

  /// Ends the demand after the last removal: the guard judges whether removals freed space. The catalog must know the
  /// charts written meanwhile; otherwise their space would look like space that was not freed. Returns true if a try
  /// has helped, so that another demand may be fixed.
  [[nodiscard]] bool close();

 private:
  Parts in_;
  retention::FreeSpaceGuard::Asked asked_;
  base::Room lacking_at_start_;
  std::optional<retention::VolumeState> before_;  // when the demand was fixed
  retention::SpaceDemand fixed_;
  base::Room planned_room_;
  std::size_t planned_for_space_ = 0;  // charts planned for free space
  base::Room gone_;                    // since the pass began
  // Since the demand was fixed:
  base::Room gone_for_it_;
  std::uint64_t linked_gone_ = 0;
  bool has_made_room_ = false;
};

}  // namespace reaper::sweep
