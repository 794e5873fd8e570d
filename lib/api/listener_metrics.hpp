#pragma once

#include "http/counters.hpp"
#include "telemetry/prometheus_text.hpp"

#include <string_view>
#include <vector>

namespace reaper::api {

/// One listener and its counters.
struct ListenerCounts {
  std::string_view listener;  ///< `admin` or `metrics`
  const http::Counters* counters = nullptr;
};

/// Writes the connections and the refusals of each listener.
void write_listener_metrics(telemetry::PrometheusText& text, const std::vector<ListenerCounts>& listeners);

}  // namespace reaper::api
