#pragma once

#include "telemetry/prometheus_text.hpp"

#include <string_view>

namespace reaper::api {

/// Returns the format that a client with this `Accept` prefers (RFC 9110, 12.5.1). That is OpenMetrics 1.0.0 if it is
/// named with at least the weight of plain text. Otherwise it is the Prometheus text format, which every client can
/// read.
[[nodiscard]] telemetry::MetricsFormat preferred_format(std::string_view accept);

/// Returns the content type of the format.
[[nodiscard]] std::string_view content_type_of(telemetry::MetricsFormat format);

}  // namespace reaper::api
