#include "base/json_text.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace reaper::base {
namespace {

namespace json = boost::json;

void append(std::string& out, const json::value& value);

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const std::size_t start = out.size();
  fmt::format_to(std::back_inserter(out), "{}", number);
  if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

/// Writes `\uNNNN`, as two surrogates above U+FFFF (RFC 8259, 7).
void append_escaped(std::string& out, char32_t character) {
  const auto value = static_cast<std::uint32_t>(character);
  if (value < 0x10000U) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", value);
    return;
  }
  const std::uint32_t rest = value - 0x10000U;
  fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
}

bool needs_no_escape(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

/// Copies bytes that are not UTF-8, like boost::json::serialize.
void append_text(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    // Copy plain characters at once, because nearly all are plain.
    const auto plain = std::find_if_not(text.begin(), text.end(), needs_no_escape);
    out.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) break;
    const auto [character, length] = first_code_point(text);
    switch (text.front()) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (length > 0 && is_hidden(character)) append_escaped(out, character);
        else out += text.substr(0, std::max<std::size_t>(length, 1));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out += '"';
}

void append_object(std::string& out, const json::object& object) {
  out += '{';
  const char* separator = "";
  for (const auto& member : object) {
    out += separator;
    append_text(out, member.key());
    out += ':';
    append(out, member.value());
    separator = ",";
  }
  out += '}';
}

void append_array(std::string& out, const json::array& array) {
  out += '[';
  const char* separator = "";
  for (const json::value& element : array) {
    out += separator;
    append(out, element);
    separator = ",";
  }
  out += ']';
}

void append(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::object: return append_object(out, value.get_object());
    case json::kind::array: return append_array(out, value.get_array());
    case json::kind::double_: return append_number(out, value.get_double());
    case json::kind::string: return append_text(out, value.get_string());
    case json::kind::int64: fmt::format_to(std::back_inserter(out), "{}", value.get_int64()); return;
    case json::kind::uint64: fmt::format_to(std::back_inserter(out), "{}", value.get_uint64()); return;
    case json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case json::kind::null: out += "null"; return;
  }
}

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace reaper::base
