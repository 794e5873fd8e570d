#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string_view>

namespace reaper::config {

/// The limits of a preset, as text like those of other sources.
struct PresetValues {
  std::string_view name;
  std::string_view max_age_hours;
  std::string_view max_size_mb;
  std::string_view cleanup_interval_minutes;
};

/// Returns the limits of the preset.
[[nodiscard]] const PresetValues& preset_values(Preset preset);

/// Returns the preset with this name, in any case; nothing if there is none.
[[nodiscard]] std::optional<Preset> parse_preset(std::string_view name);

}  // namespace reaper::config
