#pragma once

#include <optional>
#include <string_view>

namespace reaper::charts {

/// What the name of a chart set says: `{SYMBOL}_{INTERVAL}`, the interval being what follows the last underscore.
/// Both are parts of the directory's name, which is not copied.
struct ChartSetName {
  std::string_view symbol;
  std::string_view interval;

  friend bool operator==(const ChartSetName&, const ChartSetName&) = default;
};

/// Splits the name of a directory. Nothing if it has no underscore, or nothing before or after the last one.
[[nodiscard]] std::optional<ChartSetName> parse_chart_set_name(std::string_view directory_name);

}  // namespace reaper::charts
