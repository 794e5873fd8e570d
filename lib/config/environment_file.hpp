#pragma once

#include "config/environment.hpp"

#include <string_view>

namespace reaper::config {

/// Reads the text of an `EnvironmentFile=` as systemd does: `NAME=value` lines, comments that begin with `#` or `;`,
/// quotes around a value, and `\` before a character or the end of a line. Of a name given twice the last counts.
/// Source: systemd.exec(5), EnvironmentFile=.
[[nodiscard]] Environment parse_environment_file(std::string_view text);

}  // namespace reaper::config
