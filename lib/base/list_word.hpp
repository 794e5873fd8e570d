#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace reaper::base {

/// Returns true if the comma-separated list has this word, such as a mount option.
[[nodiscard]] constexpr bool has_list_word(std::string_view list, std::string_view word) noexcept {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == word) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace reaper::base
