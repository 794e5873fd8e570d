#pragma once

#include "base/size.hpp"
#include "sweep/report.hpp"

namespace reaper::api {

/// The limits in the units of the settings, for answers that show them so.
struct ConfiguredLimits {
  double max_age_hours = 0;
  double max_size_mb = 0;
  double cleanup_interval_minutes = 0;
  bool cleanup_enabled = true;
};

/// Returns the used part of the limit; 1 means full.
[[nodiscard]] inline double usage_ratio(const sweep::Storage& storage, const ConfiguredLimits& limits) {
  return base::to_mebibytes(storage.bytes) / limits.max_size_mb;
}

}  // namespace reaper::api
