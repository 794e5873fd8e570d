#pragma once

#include "http/method.hpp"
#include "telemetry/histogram.hpp"
#include "telemetry/prometheus_text.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>

namespace reaper::api {

/// Counts answered requests for the metrics. Its memory is bounded, because routes, methods and codes are few, whatever
/// clients send.
class RequestMetrics {
 public:
  /// `route` is the label of a Route. It is not copied.
  void note(std::string_view route, http::Method method, unsigned code, std::chrono::nanoseconds duration);

  /// Writes `http_requests_total` and `http_request_duration_seconds`.
  void write(telemetry::PrometheusText& text) const;

 private:
  std::map<std::tuple<std::string_view, std::string_view, unsigned>, std::uint64_t> counts_;
  std::map<std::string_view, telemetry::Histogram> durations_;
};

}  // namespace reaper::api
