#pragma once

#include <string_view>

namespace reaper::config {

/// Blanks within a line; CR is one, for files from Windows editors.
inline constexpr std::string_view k_blanks = " \t\r";

}  // namespace reaper::config
