#pragma once

#include "base/error.hpp"

#include <string>

namespace reaper::config {

/// Returns the content of a regular file of at most one MiB. Refuses other files such as pipes: they may block and
/// cannot be read twice.
[[nodiscard]] base::Result<std::string> read_text_file(const std::string& path);

}  // namespace reaper::config
