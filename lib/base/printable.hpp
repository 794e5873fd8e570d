#pragma once

#include "base/utf8.hpp"

#include <string>
#include <string_view>

namespace reaper::base {

/// Returns the text as valid UTF-8 on one line. Hidden characters (see is_hidden) and bytes that are not UTF-8 become
/// `\xNN`, newline and tab `\n` and `\t`, and a backslash `\\`, so that different names stay different.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace reaper::base
