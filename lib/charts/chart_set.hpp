#pragma once

#include <optional>
#include <string_view>

namespace reaper::charts {

/// The parts of a chart set's name, `{SYMBOL}_{INTERVAL}`. The interval follows the last underscore. Both are views of
/// the directory's name.
struct ChartSetName {
  std::string_view symbol;
  std::string_view interval;

  friend bool operator==(const ChartSetName&, const ChartSetName&) = default;
};

/// Splits a directory name. Returns nothing if it has no underscore, or nothing before or after the last one.
[[nodiscard]] std::optional<ChartSetName> parse_chart_set_name(std::string_view directory_name);

}  // namespace reaper::charts
