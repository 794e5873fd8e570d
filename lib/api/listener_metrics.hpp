#pragma once

#include "http/counters.hpp"
#include "telemetry/prometheus_text.hpp"

#include <string_view>
#include <vector>

namespace reaper::api {

/// One of the listeners and what has happened on it.
struct ListenerCounts {
  std::string_view listener;  ///< `admin` or `metrics`
  const http::Counters* counters = nullptr;
};

/// Writes how many connections each listener has taken, and what it has refused.
void write_listener_metrics(telemetry::PrometheusText& text, const std::vector<ListenerCounts>& listeners);

}  // namespace reaper::api
