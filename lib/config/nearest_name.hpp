#pragma once

#include <span>
#include <string_view>

namespace reaper::config {

/// The name among `known` that `name` abbreviates, or else shares most with, for people who mistyped it; the first of
/// equally near ones. Case does not count, nor whether words are joined by `-` or `_`. `known` must not be empty.
[[nodiscard]] std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace reaper::config
