#pragma once

#include "api/wire.hpp"
#include "base/clock.hpp"
#include "sweep/report.hpp"
#include "sweep/totals.hpp"

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
  GivenLimits limits;
  base::FileTime now;
  const sweep::Storage* storage = nullptr;  ///< null if it is not known what is on the volume
  const sweep::Totals& totals;
  bool root_usable = false;
  std::uint64_t log_lines_dropped = 0;
  std::vector<SandboxPart> sandbox = {};
};

/// The content type of metrics_text().
inline constexpr std::string_view k_metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Everything Prometheus is told, all names beginning with `chart_reaper_`, in base units. What is not known is left
/// out; a counter whose labels are known beforehand is there from the start with 0, so that its first increase is seen.
[[nodiscard]] std::string metrics_text(const MetricsSource& source);

}  // namespace reaper::api
