#pragma once

#include "telemetry/prometheus_text.hpp"

#include <string_view>

namespace reaper::api {

/// The format of the metrics that a client with this `Accept` prefers (RFC 9110, 12.5.1): OpenMetrics 1.0.0 if it is
/// named and weighs at least as much as plain text, else the Prometheus text format, which every client can read.
[[nodiscard]] telemetry::MetricsFormat preferred_format(std::string_view accept);

/// The content type of that format.
[[nodiscard]] std::string_view content_type_of(telemetry::MetricsFormat format);

}  // namespace reaper::api
