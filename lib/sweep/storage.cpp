#include "sweep/storage.hpp"

#include "retention/policy.hpp"

#include <algorithm>
#include <chrono>

namespace reaper::sweep {
namespace {

/// Adds the room on the volume, and the time at which room will next be short.
void add_space(Storage& storage, const SpaceAccount::Parts& parts, const retention::Limits& limits) {
  const charts::Catalog& catalog = parts.live.catalog();
  const std::chrono::nanoseconds boot_now = parts.clock.since_boot();
  const base::FileTime now = storage.as_of;
  retention::Moment moment{.now = now};
  if (const auto state = volume_state(parts.root, catalog)) {
    storage.volume_bytes = state->space.total_bytes;
    storage.free_bytes = state->space.free_bytes;
    if (state->space.total_inodes != 0) storage.free_inodes = state->space.free_inodes;
    storage.lacking = retention::FreeSpaceGuard::lacking(*state);
    moment.demand = parts.guard.demand(*state, retention::FreeSpaceGuard::Asked::no, boot_now);
  }
  storage.next_removal = retention::next_removal_for_room(catalog, limits, moment);
  storage.only_young_for_space = !moment.demand.room.is_none() && storage.next_removal && *storage.next_removal > now;
  if (const auto retry = parts.guard.no_gain_until(boot_now)) storage.no_gain_until = now + (*retry - boot_now);
  // The figures of that time tell whether there is anything to remove.
  if (const auto change = parts.guard.next_change(boot_now))
    storage.next_removal = std::min(storage.next_removal.value_or(base::FileTime::max()), now + (*change - boot_now));
}

}  // namespace

retention::Limits limits_for(const live::LiveCatalog& live, retention::Limits limits) {
  limits.max_size_bytes -= std::min(limits.max_size_bytes, live.only_counted().bytes);
  return limits;
}

std::shared_ptr<Storage> storage_of(const SpaceAccount::Parts& parts, const retention::Limits& limits,
                                    base::FileTime now) {
  const live::LiveCatalog& live = parts.live;
  const charts::Catalog& catalog = parts.live.catalog();
  auto storage = std::make_shared<Storage>();
  storage->as_of = now;
  storage->unseen_since = live.unseen_since();
  const live::OnlyCounted& only_counted = live.only_counted();
  storage->files = catalog.chart_count() + only_counted.charts;
  storage->bytes = catalog.total_bytes() + only_counted.bytes;
  storage->allocated_bytes = catalog.total_allocated_bytes() + only_counted.allocated_bytes;
  storage->only_counted = only_counted.charts;
  storage->future_files = catalog.future_count();
  storage->sets = catalog.set_count();
  if (const charts::ChartIndex oldest = catalog.oldest(); oldest != charts::k_no_chart) {
    storage->oldest = catalog.chart(oldest).modified();
    storage->newest = catalog.chart(catalog.newest()).modified();
  }
  storage->unreadable = catalog.unreadable_count();
  storage->unreadable_example = parts.live.unreadable_example();
  storage->watched = live.is_watched();
  storage->why_not_watched = live.why_not_watched();
  storage->watches = live.watches();
  storage->max_watches = live.max_watches();
  storage->charts_written = live.charts_written();
  storage->vanished_charts = live.vanished();
  storage->drifted_charts = live.drift_total();
  storage->next_look = live.until_next_look();
  add_space(*storage, parts, limits_for(live, limits));
  return storage;
}

}  // namespace reaper::sweep
