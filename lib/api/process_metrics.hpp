#pragma once

#include "telemetry/process_usage.hpp"
#include "telemetry/prometheus_text.hpp"

namespace reaper::api {

/// Writes the metrics that every Prometheus client has: `process_cpu_seconds_total` and the others. What is not known
/// is left out.
void write_process_metrics(telemetry::PrometheusText& text, const telemetry::ProcessUsage& usage);

}  // namespace reaper::api
