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

/// The charts that disappeared in the last 24 hours.
struct LastDay {
  std::uint64_t removed = 0;   ///< by sweeps of this process, including requested ones
  std::uint64_t vanished = 0;  ///< by other programs
};

/// All figures of one moment. Immutable.
struct Snapshot {
  std::shared_ptr<const Storage> storage;  ///< null before the first scan has ended, and while the root cannot be used
  RootState root;
  std::shared_ptr<const Totals> totals;
  std::shared_ptr<const History> history;
  std::shared_ptr<const UsageTimeline> usage;
  LastDay last_day = {};
};

}  // namespace reaper::sweep
