#include "retention/free_space.hpp"

#include <algorithm>

namespace reaper::retention {
namespace {

constexpr std::uint64_t k_reserve_fraction = 50;
constexpr std::uint64_t k_max_reserve_fraction = 4;
constexpr std::uint64_t k_large_charts_in_reserve = 16;

/// Returns the sum of free space and charts. Removing or writing charts does not change it.
base::Room sum_of(const VolumeState& state) {
  return {state.space.free_bytes + state.charts.bytes, state.space.free_inodes + state.charts.inodes};
}

}  // namespace

base::Room FreeSpaceGuard::reserve(const VolumeState& state) noexcept {
  const std::uint64_t total = state.space.total_bytes;
  const std::uint64_t for_charts = std::min(state.large_chart_bytes, k_max_reserve_bytes) * k_large_charts_in_reserve;
  const std::uint64_t max_reserve = std::min(k_max_reserve_bytes, total / k_max_reserve_fraction);
  return {std::min(std::max(total / k_reserve_fraction, for_charts), max_reserve),
          std::min(state.space.total_inodes / k_reserve_fraction, k_max_reserve_inodes)};
}

base::Room FreeSpaceGuard::lacking(const VolumeState& state) noexcept {
  base::Room room = reserve(state);
  room -= {state.space.free_bytes, state.space.free_inodes};
  if (room.bytes != 0) room.inodes = 0;
  return room;
}

void FreeSpaceGuard::observe(const VolumeState& state) noexcept {
  const base::Room sum = sum_of(state);
  if (lacking(state).is_none()) {
    reset();
  } else if (waiting_ && sum.bytes >= waiting_->awaited.bytes && sum.inodes >= waiting_->awaited.inodes) {
    waiting_.reset();
    has_helped_ = true;
  }
}

SpaceDemand FreeSpaceGuard::demand(const VolumeState& state, Asked asked, std::chrono::nanoseconds now) const noexcept {
  SpaceDemand demand{.room = lacking(state)};
  if (!waiting_) return demand;
  demand.max_charts = k_charts_in_a_try;
  if (asked == Asked::no && now < waiting_->retry_at) demand.room = {};
  return demand;
}

void FreeSpaceGuard::note_removal(const RoomMade& made, std::chrono::nanoseconds now) noexcept {
  Waiting next;
  // Expect only half back: metadata, compression and shared blocks keep the rest.
  if (made.demand.room.bytes != 0)
    next.awaited.bytes = base::saturating_sub(sum_of(made.before).bytes, made.linked_bytes + made.expected.bytes / 2);
  else next.awaited.inodes = base::saturating_sub(sum_of(made.before).inodes, made.expected.inodes / 2);
  next.since = waiting_ ? waiting_->since : now;
  next.pause = waiting_ ? std::min<std::chrono::nanoseconds>(2 * waiting_->pause, k_max_pause) : k_shortest_pause;
  next.retry_at = now + next.pause;
  // A requested sweep during the pause does not change the pause.
  if (waiting_ && now < waiting_->retry_at) {
    next.pause = waiting_->pause;
    next.retry_at = waiting_->retry_at;
  }
  waiting_ = next;
  has_helped_ = false;
  observe(made.after);
}

std::optional<std::chrono::nanoseconds> FreeSpaceGuard::no_gain_until(std::chrono::nanoseconds now) const noexcept {
  if (!waiting_ || now < waiting_->since + k_settle) return {};
  return waiting_->retry_at;
}

std::optional<std::chrono::nanoseconds> FreeSpaceGuard::next_change(std::chrono::nanoseconds now) const noexcept {
  if (!waiting_) return {};
  for (const std::chrono::nanoseconds change : {waiting_->since + k_settle, waiting_->retry_at})
    if (change > now) return change;
  return {};
}

}  // namespace reaper::retention
