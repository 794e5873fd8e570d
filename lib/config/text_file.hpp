#pragma once

#include "base/error.hpp"

#include <string>

namespace reaper::config {

/// Returns the content of a regular file of at most a mebibyte. Others, such as pipes, are refused: they could block,
/// and they cannot be read again.
[[nodiscard]] base::Result<std::string> read_text_file(const std::string& path);

}  // namespace reaper::config
