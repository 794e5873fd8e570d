#pragma once

#include "config/preset.hpp"
#include "config/settings.hpp"

#include <span>
#include <string_view>

namespace reaper::config {

/// One setting: its names, default, texts and parser.
struct Setting {
  std::string_view variable;    ///< environment variable, e.g. `CHART_MAX_AGE_HOURS`
  std::string_view option;      ///< name on the command line and in the file, e.g. `max-age-hours`
  std::string_view value_name;  ///< placeholder for the value in --help, e.g. `HOURS`

  std::string_view default_value = {};                     ///< empty if there is none, or if the preset has it
  std::string_view PresetValues::*preset_value = nullptr;  ///< the preset's value; null if presets do not set it

  std::string_view description;  ///< for --help
  std::string_view allowed;      ///< the allowed values, for error messages

  /// Parses a value into the settings. Returns false, and changes nothing, if the value is not allowed.
  bool (*read)(std::string_view text, Settings& settings) = nullptr;
};

/// Returns all settings in the order of the documentation. The preset comes first, because the defaults of others
/// depend on it.
[[nodiscard]] std::span<const Setting> setting_table();

}  // namespace reaper::config
