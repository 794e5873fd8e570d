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
#include "volume/role.hpp"
#include "volume/volume_traits.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::api {

/// One part of the sandbox, and whether it is active.
struct SandboxPart {
  std::string_view name;
  bool active = false;
};

/// The source of the metrics.
struct MetricsSource {
  std::string_view version;
  ConfiguredLimits limits;
  std::uint64_t limit_bytes = 0;  ///< in force
  base::FileTime now;
  const sweep::Storage* storage = nullptr;  ///< null if the figures are not known
  const sweep::Totals& totals;
  const sweep::History& history;
  const RequestMetrics& requests;
  const assessment::Assessment& assessment;
  std::vector<ListenerCounts> listeners = {};
  telemetry::ProcessUsage process = {};
  std::vector<SandboxPart> sandbox = {};
  std::uint64_t log_lines_dropped = 0;
  std::uint64_t audit_lines_lost = 0;
  const volume::VolumeTraits* volume = nullptr;  ///< null while the root cannot be used
  volume::Role role = volume::Role::unlocked;
};

/// Returns all metrics in base units. Names begin with `chart_reaper_` or `process_`. Unknown values are left out. A
/// counter whose labels are known in advance starts with 0, so that Prometheus sees its first increase.
[[nodiscard]] std::string metrics_text(const MetricsSource& source, telemetry::MetricsFormat format);

}  // namespace reaper::api
