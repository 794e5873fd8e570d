#pragma once

#include "sweep/history.hpp"
#include "sweep/report.hpp"
#include "sweep/root_state.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_timeline.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace reaper::sweep {

/// The charts that have gone in the last 24 hours, by who removed them.
struct LastDay {
  std::uint64_t removed = 0;   ///< by sweeps of this process, those that were asked for included
  std::uint64_t vanished = 0;  ///< by other programs
};

/// All figures of one moment. A snapshot never changes.
struct Snapshot {
  std::shared_ptr<const Storage> storage;  ///< null before the first scan has ended, and while the root cannot be used
  RootState root;
  std::shared_ptr<const Totals> totals;
  std::shared_ptr<const History> history;
  std::shared_ptr<const UsageTimeline> usage;
  LastDay last_day = {};
};

}  // namespace reaper::sweep
