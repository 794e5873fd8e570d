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

/// The volume and the charts on it now; nothing if the volume does not say.
[[nodiscard]] std::optional<retention::VolumeState> volume_state(const volume::Root& root,
                                                                 const charts::Catalog& catalog);

/// Holds one pass to what it may remove for free space. The demand is fixed before anything is planned, and each
/// planned chart is taken off it, whatever comes of that chart and whatever the volume says meanwhile: a removal may
/// free its space late, or never. The volume is asked again before there is another demand.
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

  /// Before the pass removes anything.
  void open();

  /// Before a plan: from now on there is a demand.
  void fix_demand(DryRun dry_run);

  /// The rest of the demand, to plan for.
  [[nodiscard]] retention::SpaceDemand demand() const;

  void note_planned(const retention::Removal& removal);

  /// A chart that was to go is no longer there.
  void note_gone(const retention::Removal& removal);

  /// A planned chart stays. It still counts for the demand, but another one may go in its place in a try: else charts
  /// that are held open would keep all others from being tried.
  void note_kept(const retention::Removal& removal);

  /// True if a chart went for this demand.
  [[nodiscard]] bool has_made_room() const noexcept { return has_made_room_; }

  /// After the last removal: lets the guard judge whether it has helped. The catalog must know what was written
  /// meanwhile, or that would look like space that did not come free. True if this was a try that has helped, so that
  /// there is another demand to fix.
  [[nodiscard]] bool close();

 private:
  Parts in_;
  retention::FreeSpaceGuard::Asked asked_;
  base::Room lacking_at_start_;
  std::optional<retention::VolumeState> before_;  // when the demand was fixed
  retention::SpaceDemand fixed_;
  base::Room planned_room_;
  std::size_t planned_for_space_ = 0;  // charts
  base::Room gone_;                    // since the pass began
  // Since the demand was fixed.
  base::Room gone_for_it_;
  std::uint64_t linked_gone_ = 0;
  bool has_made_room_ = false;
};

}  // namespace reaper::sweep
