#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reaper::volume {

/// The name a chart has between being renamed to quarantine and being unlinked: `.chart-reaper~NAME~`.
///
/// It starts with a dot and ends with a tilde, so no pattern of the service or of a shell lists it, and it holds the
/// chart's own name, so that the chart can be put back after a crash.
[[nodiscard]] std::string quarantine_name(std::string_view name);

[[nodiscard]] bool is_quarantine_name(std::string_view name);

/// The chart's own name, if this is the name of one quarantined.
[[nodiscard]] std::optional<std::string> original_name(std::string_view quarantine_name);

}  // namespace reaper::volume
