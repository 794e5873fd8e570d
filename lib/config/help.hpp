#pragma once

#include <string>

namespace reaper::config {

/// Returns the text of `--help`.
[[nodiscard]] std::string help_text();

}  // namespace reaper::config
