#include "http/request_head.hpp"

#include "base/ascii.hpp"
#include "http/characters.hpp"

#include <algorithm>
#include <optional>

namespace reaper::http {
namespace {

constexpr std::string_view k_line_end = "\r\n";

/// Returns the text without the empty line that may precede a request line (RFC 9112, 2.2).
std::string_view without_empty_line(std::string_view text) {
  if (text.starts_with(k_line_end)) text.remove_prefix(k_line_end.size());
  return text;
}

/// Removes the next line from the text and returns it without its line end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find(k_line_end);
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(line.size() + k_line_end.size(), text.size()));
  return line;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_character); }

/// Returns true for `HTTP/` and two digits around a dot.
bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && base::is_digit(text[5]) && text[6] == '.' &&
         base::is_digit(text[7]);
}

/// Parses the request line into `head`. Returns the answer that refuses it; nothing if it is well-formed.
std::optional<Response> parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  const std::string_view method = line.substr(0, first);
  const bool has_three_parts = first != std::string_view::npos && last > first + 1;
  if (!has_three_parts || !is_token(method) || !is_version(line.substr(last + 1))) {
    return problem(400, "A request line must be a method, a target and HTTP/1.1, with one space between them.");
  }
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return problem(505, "Only HTTP/1.1 and HTTP/1.0 are supported.");
  head.method = parse_method(method);
  head.target = line.substr(first + 1, last - first - 1);
  head.version = version == "HTTP/1.0" ? Version::http_1_0 : Version::http_1_1;
  return std::nullopt;
}

std::optional<Response> parse_field(std::string_view line, RequestHead& head) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return problem(400, "A header field must be one line; folded lines are not allowed.");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return problem(400, "A header line must be a field name, a colon and a value, without a space before the colon.");
  }
  head.fields.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  return std::nullopt;
}

}  // namespace

std::size_t RequestHead::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields, [&](const auto& field) { return base::equals_ignoring_case(field.first, name); }));
}

std::string_view RequestHead::value(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields, [&](const auto& field) { return base::equals_ignoring_case(field.first, name); });
  return found == fields.end() ? std::string_view{} : found->second;
}

OrRefusal<RequestHead> parse_request_head(std::string_view text) {
  text = without_empty_line(text);
  RequestHead head;
  if (auto refusal = parse_request_line(take_line(text), head)) return *std::move(refusal);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    if (auto refusal = parse_field(line, head)) return *std::move(refusal);
  }
  return head;
}

bool asks_for_head_only(std::string_view text) { return without_empty_line(text).starts_with("HEAD "); }

}  // namespace reaper::http
