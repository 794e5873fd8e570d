#pragma once

#include <cstddef>
#include <string_view>

namespace reaper::base {

/// The first character of a text.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< in bytes; 0 if the text does not begin with well-formed UTF-8
};

/// Reads the first character of `text`, which is not empty (RFC 3629, 4: no overlong forms, no surrogates, nothing
/// above U+10FFFF).
[[nodiscard]] CodePoint first_code_point(std::string_view text) noexcept;

/// Returns true for the bytes of a well-formed UTF-8 text.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Returns true for what a terminal or a page does not show as itself: control characters, line separators, marks that
/// turn the direction of writing, and marks without a width. With them one name can look like another one, or like two
/// lines. Joiners (U+200C, U+200D) are shown: Persian words and emoji need them.
[[nodiscard]] bool is_hidden(char32_t character) noexcept;

}  // namespace reaper::base
