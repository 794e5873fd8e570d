#include "telemetry/prometheus_text.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace reaper::telemetry {
namespace {

using Type = PrometheusText::Type;

/// Escapes backslash and newline for a HELP text. Escapes the double quote as well for a label value.
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

/// Returns a bucket's upper end as in OpenMetrics, `1.0`. Used in both formats, so that the series keep their names.
std::string bound_text(double bound) {
  std::string text = fmt::format("{}", bound);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string_view name_of(Type type) {
  switch (type) {
    case Type::counter: return "counter";
    case Type::gauge: return "gauge";
    case Type::histogram: return "histogram";
  }
  return "unknown";
}

}  // namespace

void PrometheusText::family(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  // In OpenMetrics the family of a counter has its name without the suffix.
  std::string_view family = name;
  constexpr std::string_view k_total = "_total";
  if (format_ == MetricsFormat::open_metrics && type == Type::counter && family.ends_with(k_total))
    family.remove_suffix(k_total.size());
  fmt::format_to(std::back_inserter(text_), "# HELP {} ", family);
  append_escaped(text_, help, false);
  fmt::format_to(std::back_inserter(text_), "\n# TYPE {} {}\n", family, name_of(type));
}

void PrometheusText::sample(double value, Labels labels) {
  begin_sample({}, labels);
  append_number(text_, value);
  text_ += '\n';
}

void PrometheusText::sample(std::uint64_t value, Labels labels) {
  begin_sample({}, labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void PrometheusText::sample(const Histogram& histogram, Labels labels) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    so_far += histogram.counts()[i];
    begin_sample("_bucket", labels, i < histogram.bounds().size() ? bound_text(histogram.bounds()[i]) : "+Inf");
    fmt::format_to(std::back_inserter(text_), "{}\n", so_far);
  }
  begin_sample("_sum", labels);
  append_number(text_, histogram.sum());
  text_ += '\n';
  begin_sample("_count", labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", so_far);
}

std::string PrometheusText::text() const { return format_ == MetricsFormat::open_metrics ? text_ + "# EOF\n" : text_; }

void PrometheusText::begin_sample(std::string_view suffix, Labels labels, std::string_view bound) {
  text_.append(name_).append(suffix);
  char separator = '{';
  const auto append = [&](std::string_view label, std::string_view value) {
    fmt::format_to(std::back_inserter(text_), "{}{}=\"", separator, label);
    // The format must be UTF-8: Prometheus refuses the whole page because of one bad byte.
    append_escaped(text_, base::is_utf8(value) ? std::string(value) : base::printable(value), true);
    text_ += '"';
    separator = ',';
  };
  for (const auto& [label, value] : labels) append(label, value);
  if (!bound.empty()) append("le", bound);
  if (separator == ',') text_ += '}';
  text_ += ' ';
}

}  // namespace reaper::telemetry
