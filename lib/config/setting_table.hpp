#pragma once

#include "config/preset.hpp"
#include "config/settings.hpp"

#include <span>
#include <string_view>

namespace reaper::config {

/// One setting, declared once: its names, its default, its words for people, and how its text is read.
struct Setting {
  std::string_view variable;    ///< in the environment, e.g. `CHART_MAX_AGE_HOURS`
  std::string_view option;      ///< on the command line and in the file, e.g. `max-age-hours`
  std::string_view value_name;  ///< what stands for the value in --help, e.g. `HOURS`

  std::string_view default_value = {};                     ///< empty: none, or the preset's
  std::string_view PresetValues::*preset_value = nullptr;  ///< where a preset keeps it; null if it has none

  std::string_view description;  ///< for --help
  std::string_view allowed;      ///< which values are, for error messages

  /// Checks a value and puts it into the settings. False if it is not allowed; then the settings stay as they were.
  bool (*read)(std::string_view text, Settings& settings) = nullptr;
};

/// Every setting, in the order of the documentation. The preset's own comes first, because others depend on it.
[[nodiscard]] std::span<const Setting> setting_table();

}  // namespace reaper::config
