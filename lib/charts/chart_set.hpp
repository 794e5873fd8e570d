#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reaper::charts {

/// What the name of a chart set says: `{SYMBOL}_{INTERVAL}`, the interval being what follows the last underscore.
struct ChartSetName {
  std::string symbol;
  std::string interval;

  friend bool operator==(const ChartSetName&, const ChartSetName&) = default;
};

/// Splits the name of a directory. Nothing if it has no underscore, or nothing before or after the last one.
[[nodiscard]] std::optional<ChartSetName> parse_chart_set_name(std::string_view directory_name);

}  // namespace reaper::charts
