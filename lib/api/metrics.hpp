#pragma once

#include "api/configured_limits.hpp"
#include "api/listener_metrics.hpp"
#include "api/request_metrics.hpp"
#include "assessment/assess.hpp"
#include "base/clock.hpp"
#include "sweep/history.hpp"
#include "sweep/report.hpp"
#include "sweep/totals.hpp"
#include "telemetry/process_usage.hpp"
#include "telemetry/prometheus_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::api {

/// One thing that the daemon can give up, and whether it has.
struct SandboxPart {
  std::string_view name;
  bool active = false;
};

/// What the metrics are made of.
struct MetricsSource {
  std::string_view version;
  ConfiguredLimits limits;
  base::FileTime now;
  const sweep::Storage* storage = nullptr;  ///< null if it is not known what is on the volume
  const sweep::Totals& totals;
  const sweep::History& history;
  const RequestMetrics& requests;
  const assessment::Assessment& assessment;
  std::vector<ListenerCounts> listeners = {};
  telemetry::ProcessUsage process = {};
  std::vector<SandboxPart> sandbox = {};
  std::uint64_t log_lines_dropped = 0;
  std::uint64_t audit_lines_lost = 0;
};

/// Everything Prometheus is told, in base units. All names begin with `chart_reaper_`, but for the `process_` ones.
/// What is not known is left out; a counter whose labels are known beforehand is there from the start with 0, so that
/// its first increase is seen.
[[nodiscard]] std::string metrics_text(const MetricsSource& source, telemetry::MetricsFormat format);

}  // namespace reaper::api
