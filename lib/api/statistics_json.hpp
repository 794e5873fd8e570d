#pragma once

#include "assessment/assess.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "sweep/report.hpp"

#include <memory>
#include <string>

namespace reaper::api {

/// The limits the way the operator gave them, for answers that show them so.
struct ConfiguredLimits {
  double max_age_hours = 0;
  double max_size_mb = 0;
  double cleanup_interval_minutes = 0;
  bool cleanup_enabled = true;
};

/// How much of the limit is used; 1 means full.
[[nodiscard]] double usage_ratio(const sweep::Storage& storage, const ConfiguredLimits& limits);

/// The source of the statistics.
struct StatsSource {
  const sweep::Storage* storage = nullptr;  ///< null before the first scan has ended
  sweep::SweepProgress progress;
  ConfiguredLimits limits;
  base::FileTime now;
  const assessment::Assessment& assessment;
};

/// The body of the statistics; ages are as of `now`, in hours with two decimals, and null if there is no chart. Before
/// the first scan has ended the figures are null, and `complete` is false.
[[nodiscard]] std::string stats_body(const StatsSource& source);

/// The answer to the one who asked for this sweep: 200 with its figures, also if some of it failed; 503 with the same
/// body and `"success":false` if nothing of it could be done; 404 if the chart set holds no chart; 503 with a problem
/// if the sweep was cut short by the end of the program.
[[nodiscard]] http::Response sweep_answer(std::shared_ptr<const sweep::Report> report);

}  // namespace reaper::api
