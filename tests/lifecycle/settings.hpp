#pragma once

#include "config/settings.hpp"

/// Returns the settings of the preset development.
inline reaper::config::Settings development() {
  reaper::config::Settings settings;
  settings.max_age_hours = 24;
  settings.max_size_mb = 1000;
  settings.min_age_seconds = 60;
  settings.file_patterns = {"*.png"};
  return settings;
}

inline reaper::config::Settings with_max_age(double hours) {
  reaper::config::Settings settings = development();
  settings.max_age_hours = hours;
  return settings;
}
