#pragma once

namespace reaper::api {

/// The limits as given, in the units of the settings, for answers that show them so.
struct ConfiguredLimits {
  double max_age_hours = 0;
  double max_size_mb = 0;
  double cleanup_interval_minutes = 0;
  bool cleanup_enabled = true;
};

}  // namespace reaper::api
