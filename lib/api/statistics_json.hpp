#pragma once

#include "api/configured_limits.hpp"
#include "assessment/assess.hpp"
#include "base/clock.hpp"
#include "sweep/report.hpp"
#include "volume/role.hpp"

#include <cstdint>
#include <string>

namespace reaper::api {

/// The source of the statistics.
struct StatsSource {
  const sweep::Storage* storage = nullptr;  ///< null before the first scan has ended
  sweep::SweepProgress progress;
  ConfiguredLimits limits;
  std::uint64_t limit_bytes = 0;  ///< in force
  base::FileTime now;
  const assessment::Assessment& assessment;
  volume::Role role = volume::Role::unlocked;
};

/// Returns the statistics as JSON. Ages are as of `now`, in hours with two decimals, and null if there is no chart.
/// Before the first scan has ended, the figures are null and `complete` is false.
[[nodiscard]] std::string stats_body(const StatsSource& source);

}  // namespace reaper::api
