#include "config/preset.hpp"

#include "base/ascii.hpp"

#include <array>
#include <cstddef>

namespace reaper::config {
namespace {

// In the order of Preset.
constexpr std::array k_presets{
    PresetValues{"development", "24", "1000", "60"},
    PresetValues{"staging", "12", "500", "30"},
    PresetValues{"production", "6", "200", "15"},
};

}  // namespace

const PresetValues& preset_values(Preset preset) { return k_presets.at(static_cast<std::size_t>(preset)); }

std::optional<Preset> parse_preset(std::string_view name) {
  for (const Preset preset : {Preset::development, Preset::staging, Preset::production}) {
    if (base::equals_ignoring_case(preset_values(preset).name, name)) return preset;
  }
  return std::nullopt;
}

}  // namespace reaper::config
