#include "base/boolean_words.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace reaper::base {
namespace {

constexpr std::array<std::string_view, 4> k_true{"true", "1", "yes", "on"};
constexpr std::array<std::string_view, 4> k_false{"false", "0", "no", "off"};

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) noexcept {
  const auto is_text = [text](std::string_view word) { return equals_ignoring_case(word, text); };
  if (std::ranges::any_of(k_true, is_text)) return true;
  if (std::ranges::any_of(k_false, is_text)) return false;
  return std::nullopt;
}

}  // namespace reaper::base
