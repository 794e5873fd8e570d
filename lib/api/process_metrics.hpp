#pragma once

#include "telemetry/process_usage.hpp"
#include "telemetry/prometheus_text.hpp"

namespace reaper::api {

/// Writes the process metrics that every Prometheus client has, e.g. `process_cpu_seconds_total`. Unknown values are
/// left out.
void write_process_metrics(telemetry::PrometheusText& text, const telemetry::ProcessUsage& usage);

}  // namespace reaper::api
