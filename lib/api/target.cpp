#include "api/target.hpp"

#include "base/printable.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace reaper::api {
namespace {

/// Returns true if the byte may appear unencoded. Others end or split the target; `#` would begin a fragment, which is
/// never sent (RFC 9110 section 4.2.5). The listener is stricter: it accepts only the grammar of RFC 3986.
bool may_stand_bare(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte > 0x20 && byte < 0x7F && c != '#';
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// Returns nothing if a `%` is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) return {};
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

constexpr std::string_view k_bad_escape = "A '%' in the target must be followed by two hexadecimal digits.";

/// Returns the reason why this segment cannot be part of a path; empty if it can.
std::string_view objection(std::string_view segment, bool last) {
  if (segment.empty() && !last) return "The path has an empty segment.";
  if (segment == "." || segment == "..") return "The path has a segment '.' or '..'; paths are taken literally.";
  if (segment.find('\0') != std::string_view::npos) return "A segment of the path holds a NUL byte.";
  if (segment.find('/') != std::string_view::npos) return "A segment of the path holds an encoded slash.";
  if (!base::is_utf8(segment)) return "A segment of the path is not valid UTF-8.";
  return {};
}

/// Adds the decoded segments to the target. Returns the reason if it cannot, otherwise nothing.
std::string_view read_path(std::string_view path, Target& target) {
  const std::vector<std::string_view> raw = split(path.substr(1), '/');
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::optional<std::string> segment = percent_decode(raw[i]);
    if (!segment) return k_bad_escape;
    const std::string_view why = objection(*segment, i + 1 == raw.size());
    if (!why.empty()) return why;
    target.segments.push_back(std::move(*segment));
  }
  return {};
}

/// Decodes a parameter. In a query `+` is a space, as forms and most clients write it (WHATWG URL, 5.1). In a path it
/// is a plus.
std::optional<std::string> decode_parameter(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

/// Adds the decoded parameters to the target. Returns the reason if it cannot, otherwise nothing. A piece without `=`
/// is a name without a value.
std::string_view read_query(std::string_view query, Target& target) {
  for (const std::string_view piece : split(query, '&')) {
    if (piece.empty()) continue;
    const std::size_t equals = std::min(piece.find('='), piece.size());
    std::optional<std::string> name = decode_parameter(piece.substr(0, equals));
    std::optional<std::string> value = decode_parameter(piece.substr(std::min(equals + 1, piece.size())));
    if (!name || !value) return k_bad_escape;
    target.parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

std::variant<Target, BadTarget> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return BadTarget{"The target must begin with '/'."};
  if (!std::all_of(target.begin(), target.end(), may_stand_bare))
    return BadTarget{
        "The target holds a space, '#', a control character or a byte above 0x7E that is not "
        "percent-encoded."};
  const std::size_t end_of_path = std::min(target.find('?'), target.size());
  Target result;
  std::string_view why = read_path(target.substr(0, end_of_path), result);
  if (why.empty()) why = read_query(target.substr(std::min(end_of_path + 1, target.size())), result);
  if (!why.empty()) return BadTarget{std::string(why)};
  return result;
}

}  // namespace reaper::api
