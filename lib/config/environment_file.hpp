#pragma once

#include "config/environment.hpp"

#include <string_view>

namespace reaper::config {

/// Parses the text of an `EnvironmentFile=` like systemd (systemd.exec(5)): `NAME=value` lines, comments that begin
/// with `#` or `;`, quotes around a value, and `\` before a character or the end of a line. If a name occurs twice the
/// last value counts.
[[nodiscard]] Environment parse_environment_file(std::string_view text);

}  // namespace reaper::config
