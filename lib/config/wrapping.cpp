#include "config/wrapping.hpp"

#include <algorithm>
#include <array>

namespace reaper::config {
namespace {

/// The last is the no-break space, which comes with text copied from documents.
constexpr std::array<std::string_view, 7> k_blank_characters{" ", "\t", "\r", "\n", "\v", "\f", "\xc2\xa0"};
constexpr std::array<std::string_view, 2> k_quotes{"\"", "'"};

template <class Texts>
bool has_around(std::string_view value, const Texts& texts) {
  return std::ranges::any_of(texts,
                             [&](std::string_view text) { return value.starts_with(text) || value.ends_with(text); });
}

}  // namespace

std::string_view wrapping_of(std::string_view value) noexcept {
  if (value.starts_with(k_byte_order_mark)) return "remove the UTF-8 byte order mark (BOM) before it";
  if (has_around(value, k_blank_characters)) return "remove the blank or line end before or after it";
  return has_around(value, k_quotes) ? "remove the quotes" : std::string_view();
}

}  // namespace reaper::config
