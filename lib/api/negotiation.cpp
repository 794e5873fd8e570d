#include "api/negotiation.hpp"

#include "base/ascii.hpp"
#include "http/characters.hpp"

#include <charconv>

namespace reaper::api {
namespace {

using telemetry::MetricsFormat;

/// Removes the text before the separator from the front of `text` and returns it.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = http::trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

/// One media range with its weight and its version.
struct MediaRange {
  std::string_view type;
  std::string_view version;
  double weight = 1;
};

MediaRange parse_range(std::string_view text) {
  MediaRange range;
  range.type = take(text, ';');
  while (!text.empty()) {
    std::string_view parameter = take(text, ';');
    const std::string_view name = take(parameter, '=');
    if (base::equals_ignoring_case(name, "version")) range.version = parameter;
    // A weight that cannot be parsed counts as 0, so the range is ignored.
    if (base::equals_ignoring_case(name, "q") &&
        std::from_chars(parameter.data(), parameter.data() + parameter.size(), range.weight).ec != std::errc{})
      range.weight = 0;
  }
  return range;
}

}  // namespace

MetricsFormat preferred_format(std::string_view accept) {
  double open_metrics = 0;
  double plain = 0;
  while (!accept.empty()) {
    const MediaRange range = parse_range(take(accept, ','));
    if (base::equals_ignoring_case(range.type, "application/openmetrics-text") &&
        (range.version.empty() || range.version == "1.0.0"))
      open_metrics = std::max(open_metrics, range.weight);
    if (base::equals_ignoring_case(range.type, "text/plain")) plain = std::max(plain, range.weight);
  }
  return open_metrics > 0 && open_metrics >= plain ? MetricsFormat::open_metrics : MetricsFormat::prometheus;
}

std::string_view content_type_of(MetricsFormat format) {
  return format == MetricsFormat::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                               : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace reaper::api
