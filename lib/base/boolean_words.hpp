#pragma once

#include <optional>
#include <string_view>

namespace reaper::base {

/// Reads `true`/`false`, `1`/`0`, `yes`/`no` or `on`/`off`, in any case. Settings and parameters of requests take the
/// same words. Returns nothing for every other text.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text) noexcept;

}  // namespace reaper::base
