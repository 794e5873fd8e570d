#pragma once

#include <cstddef>
#include <string_view>

namespace reaper::base {

/// The first character of a text.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< in bytes; 0 if the text does not begin with well-formed UTF-8
};

/// Parses the first character of `text`, which must not be empty (RFC 3629, 4: no overlong forms, no surrogates,
/// nothing above U+10FFFF).
[[nodiscard]] CodePoint first_code_point(std::string_view text) noexcept;

/// Returns true if the text is well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Returns true for characters that a terminal or a page does not show as themselves: control characters, line
/// separators, marks that change the writing direction, and marks without width. With them a name can look like another
/// name, or like two lines. Joiners (U+200C, U+200D) do not count, because Persian words and emoji need them.
[[nodiscard]] bool is_hidden(char32_t character) noexcept;

}  // namespace reaper::base
