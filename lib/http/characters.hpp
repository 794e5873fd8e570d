#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace reaper::http {

// The character classes of RFC 3986 and RFC 9110. The functions of <cctype> depend on the locale.

[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// unreserved and sub-delims: what a host name may consist of, besides percent-encoded bytes.
[[nodiscard]] constexpr bool is_host_character(char c) {
  return is_digit(c) || is_alpha(c) || std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

/// What a path and its query may consist of, besides percent-encoded bytes.
[[nodiscard]] constexpr bool is_path_character(char c) {
  return is_host_character(c) || c == ':' || c == '@' || c == '/' || c == '?';
}

/// tchar: what methods and field names consist of.
[[nodiscard]] constexpr bool is_token_character(char c) {
  return is_digit(c) || is_alpha(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

[[nodiscard]] constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return to_lower(a) == to_lower(b); });
}

[[nodiscard]] inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), to_lower);
  return lower;
}

/// Without spaces and tabs around it (OWS).
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Whether every character is allowed or part of a well-formed `%XX`.
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
