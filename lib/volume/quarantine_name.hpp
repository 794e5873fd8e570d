#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reaper::volume {

/// Returns the quarantine name of a chart: `.chart-reaper~NAME~`. The chart has it from the rename until it is unlinked
/// or put back.
///
/// No pattern of the service or of a shell lists it, because it starts with a dot and ends with a tilde. It contains
/// the chart's own name, so that recovery can put the chart back after a crash.
[[nodiscard]] std::string quarantine_name(std::string_view name);

[[nodiscard]] bool is_quarantine_name(std::string_view name);

/// Returns the chart's own name; nothing if this is no quarantine name.
[[nodiscard]] std::optional<std::string> original_name(std::string_view quarantine_name);

}  // namespace reaper::volume
