#include "sweep/space_account.hpp"

#include <algorithm>

namespace reaper::sweep {
namespace {

/// Returns the room that the volume still lacks. Removed charts count as freed, because their space may become free
/// late. Space that writers took meanwhile is left to the next pass.
std::uint64_t still_lacking(std::uint64_t at_start, std::uint64_t now, std::uint64_t gone) {
  const std::uint64_t larger = std::max(at_start, now);
  return std::min(now, larger - std::min(larger, gone));
}

}  // namespace

std::optional<retention::VolumeState> volume_state(const volume::Root& root, const charts::Catalog& catalog) {
  const auto space = root.space();
  if (!space) return {};
  return retention::VolumeState{
      .space = *space,
      .charts = {catalog.total_allocated_bytes(), catalog.chart_count() + catalog.directory_count()},
      .large_chart_bytes = catalog.large_chart_bytes()};
}

void SpaceAccount::open() {
  if (const auto state = volume_state(in_.root, in_.live.catalog()))
    lacking_at_start_ = retention::FreeSpaceGuard::lacking(*state);
}

void SpaceAccount::fix_demand(DryRun dry_run) {
  fixed_ = {};
  planned_room_ = {};
  planned_for_space_ = 0;
  gone_for_it_ = {};
  linked_gone_ = 0;
  has_made_room_ = false;
  before_ = volume_state(in_.root, in_.live.catalog());
  if (!before_) return;
  in_.guard.observe(*before_);
  fixed_ = in_.guard.demand(*before_, asked_, in_.clock.since_boot());
  base::Room& room = fixed_.room;
  room.bytes = still_lacking(lacking_at_start_.bytes, room.bytes, gone_.bytes);
  room.inodes = still_lacking(lacking_at_start_.inodes, room.inodes, gone_.inodes);
  if (dry_run == DryRun::no && !in_.guard.has_helped())
    fixed_.max_charts = std::min(fixed_.max_charts, retention::FreeSpaceGuard::k_charts_in_a_try);
}

retention::SpaceDemand SpaceAccount::demand() const {
  retention::SpaceDemand left = fixed_;
  left.room -= planned_room_;
  left.max_charts -= std::min(left.max_charts, planned_for_space_);
  return left;
}

void SpaceAccount::note_planned(const retention::Removal& removal) {
  planned_room_ += removal.chart.room();
  if (removal.reason == retention::Reason::disk_pressure) ++planned_for_space_;
}

void SpaceAccount::note_gone(const retention::Removal& removal) {
  gone_ += removal.chart.room();
  gone_for_it_ += removal.chart.room();
  if (removal.chart.linked) linked_gone_ += removal.chart.allocated_bytes;
  if (removal.reason == retention::Reason::disk_pressure) has_made_room_ = true;
}

void SpaceAccount::note_kept(const retention::Removal& removal) {
  if (removal.reason == retention::Reason::disk_pressure) --planned_for_space_;
}

bool SpaceAccount::close() {
  if (!before_ || !has_made_room_) return false;
  const auto after = volume_state(in_.root, in_.live.catalog());
  if (!after) return false;
  in_.guard.note_removal(
      {.before = *before_, .after = *after, .demand = fixed_, .expected = gone_for_it_, .linked_bytes = linked_gone_},
      in_.clock.since_boot());
  return planned_for_space_ == fixed_.max_charts && in_.guard.has_helped();
}

}  // namespace reaper::sweep
