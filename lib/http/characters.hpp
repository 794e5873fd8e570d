#pragma once

#include "base/ascii.hpp"

#include <cstddef>
#include <string_view>

namespace reaper::http {

// The character classes of RFC 3986 and RFC 9110.

[[nodiscard]] constexpr bool is_hex_digit(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// unreserved and sub-delims (RFC 3986): the characters of a host name, apart from percent-encoded bytes.
[[nodiscard]] constexpr bool is_host_character(char c) {
  return base::is_digit(c) || base::is_letter(c) ||
         std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

/// The characters of a path and its query, apart from percent-encoded bytes (RFC 3986).
[[nodiscard]] constexpr bool is_path_character(char c) {
  return is_host_character(c) || c == ':' || c == '@' || c == '/' || c == '?';
}

/// tchar (RFC 9110, 5.6.2): the characters of methods and field names.
[[nodiscard]] constexpr bool is_token_character(char c) {
  return base::is_digit(c) || base::is_letter(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Returns the text without spaces and tabs around it (OWS in RFC 9110, 5.6.3).
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Returns true if every character is allowed or part of a well-formed `%XX`.
template <class IsAllowed>
[[nodiscard]] constexpr bool is_percent_encoded(std::string_view text, IsAllowed is_allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!is_allowed(text[i])) return false;
      continue;
    }
    if (text.size() - i < 3 || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

}  // namespace reaper::http
