#pragma once

#include "sweep/history.hpp"
#include "sweep/report.hpp"
#include "sweep/root_state.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_timeline.hpp"

#include <memory>
#include <string>

namespace reaper::sweep {

/// All figures of one moment. A snapshot never changes.
struct Snapshot {
  std::shared_ptr<const Storage> storage;  ///< null before the first scan has ended, and while the root cannot be used
  RootState root;
  std::shared_ptr<const Totals> totals;
  std::shared_ptr<const History> history;
  std::shared_ptr<const UsageTimeline> usage;
};

}  // namespace reaper::sweep
