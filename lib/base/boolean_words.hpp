#pragma once

#include <optional>
#include <string_view>

namespace reaper::base {

/// Parses `true`/`false`, `1`/`0`, `yes`/`no` or `on`/`off`, in any case. Settings and request parameters accept the
/// same words. Returns nothing for any other text.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text) noexcept;

}  // namespace reaper::base
