#include "telemetry/prometheus_text.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace reaper::telemetry {
namespace {

/// Escapes what would end a HELP text: backslash and newline; and in a label value the double quote too.
void append_escaped(std::string& out, std::string_view text, bool in_quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (in_quotes && c == '"')) out += '\\';
    out += c;
  }
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) out += "NaN";
  else if (std::isinf(value)) out += value > 0 ? "+Inf" : "-Inf";
  else fmt::format_to(std::back_inserter(out), "{}", value);
}

}  // namespace

void PrometheusText::family(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} ", name);
  append_escaped(text_, help, false);
  fmt::format_to(std::back_inserter(text_), "\n# TYPE {} {}\n", name, type == Type::counter ? "counter" : "gauge");
}

void PrometheusText::sample(double value, std::initializer_list<Label> labels) {
  begin_sample(labels);
  append_number(text_, value);
  text_ += '\n';
}

void PrometheusText::sample(std::uint64_t value, std::initializer_list<Label> labels) {
  begin_sample(labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void PrometheusText::begin_sample(std::initializer_list<Label> labels) {
  text_ += name_;
  char separator = '{';
  for (const auto& [label, value] : labels) {
    fmt::format_to(std::back_inserter(text_), "{}{}=\"", separator, label);
    // The format is UTF-8 throughout; one bad byte would make Prometheus refuse the whole page.
    append_escaped(text_, base::is_utf8(value) ? std::string(value) : base::printable(value), true);
    text_ += '"';
    separator = ',';
  }
  if (labels.size() > 0) text_ += '}';
  text_ += ' ';
}

}  // namespace reaper::telemetry
