#pragma once

#include "assessment/assess.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace reaper::api {

/// The reasons why the program removes nothing, or less than the settings say.
enum class Pause : std::uint8_t {
  clock,     ///< the wall clock jumped, so charts do not expire by age
  disabled,  ///< automatic cleanup is off
  hung,      ///< the volume does not answer
  no_gain,   ///< the volume is nearly full, but removing charts did not free space
  root,      ///< the chart directory cannot be used
};
inline constexpr std::array k_pauses{Pause::clock, Pause::disabled, Pause::hung, Pause::no_gain, Pause::root};

/// Returns the name in the API, e.g. `clock`.
[[nodiscard]] constexpr std::string_view to_string(Pause pause) {
  switch (pause) {
    case Pause::clock: return "clock";
    case Pause::disabled: return "disabled";
    case Pause::hung: return "hung";
    case Pause::no_gain: return "no_gain";
    case Pause::root: return "root";
  }
  return "unknown";
}

/// Returns the pauses that follow from the problems of the assessment.
[[nodiscard]] std::vector<Pause> pauses_of(const assessment::Assessment& assessment);

}  // namespace reaper::api
