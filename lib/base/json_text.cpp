#include "base/json_text.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cmath>
#include <iterator>

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

void append_object(std::string& out, const json::object& object) {
  out += '{';
  const char* separator = "";
  for (const auto& member : object) {
    out += separator;
    out += json::serialize(member.key());
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
    default: out += json::serialize(value);
  }
}

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace reaper::base
