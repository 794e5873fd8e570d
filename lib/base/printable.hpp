#pragma once

#include <string>
#include <string_view>

namespace reaper::base {

/// The text as valid UTF-8 on one line: control characters and bytes that are not UTF-8 become `\xNN`, newline and tab
/// `\n` and `\t`, and a backslash `\\`, so that different names stay different.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace reaper::base
