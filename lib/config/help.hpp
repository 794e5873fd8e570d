#pragma once

#include <string>

namespace reaper::config {

/// What `--help` prints.
[[nodiscard]] std::string help_text();

}  // namespace reaper::config
