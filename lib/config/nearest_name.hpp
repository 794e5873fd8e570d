#pragma once

#include <span>
#include <string_view>

namespace reaper::config {

/// Returns the name among `known` that `name` abbreviates, otherwise the one that shares most characters with it; the
/// first of equals. Used for mistyped names. Case does not matter, and `-` equals `_`. `known` must not be empty.
[[nodiscard]] std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace reaper::config
