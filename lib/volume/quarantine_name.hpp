#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reaper::volume {

/// The name of a chart that is in quarantine, from the rename until it is unlinked or put back: `.chart-reaper~NAME~`.
///
/// It starts with a dot and ends with a tilde, so no pattern of the service or of a shell lists it, and it holds the
/// chart's own name, so that the chart can be put back after a crash.
[[nodiscard]] std::string quarantine_name(std::string_view name);

[[nodiscard]] bool is_quarantine_name(std::string_view name);

/// The chart's own name; nothing if this is no quarantine name.
[[nodiscard]] std::optional<std::string> original_name(std::string_view quarantine_name);

}  // namespace reaper::volume
