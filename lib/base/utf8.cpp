#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace reaper::base {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// In ascending order for the binary search.
constexpr std::array k_hidden{
    Range{0x00, 0x1F},        // C0 controls
    Range{0x7F, 0x9F},        // DEL and C1 controls
    Range{0x61C, 0x61C},      // Arabic letter mark
    Range{0x180E, 0x180E},    // Mongolian vowel separator
    Range{0x200B, 0x200B},    // zero width space
    Range{0x200E, 0x200F},    // left-to-right and right-to-left mark
    Range{0x2028, 0x202E},    // line and paragraph separator, directional embeddings and overrides
    Range{0x2060, 0x206F},    // word joiner, invisible operators, directional isolates
    Range{0xFEFF, 0xFEFF},    // byte order mark
    Range{0xFFF9, 0xFFFB},    // interlinear annotation
    Range{0xE0000, 0xE007F},  // tags
};

/// The properties of a sequence, determined by its lead byte.
struct Lead {
  std::size_t length = 0;  // of the sequence; 0 for a byte that leads none
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;  // range of the second byte; all others are 80 to BF
};

Lead lead_of(std::uint8_t byte) noexcept {
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  return {};
}

}  // namespace

CodePoint first_code_point(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const Lead lead = lead_of(byte(0));
  if (lead.length == 0 || text.size() < lead.length || byte(1) < lead.low || byte(1) > lead.high) return {};
  char32_t value = byte(0) & (0x7FU >> lead.length);
  for (std::size_t i = 1; i < lead.length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  return {value, lead.length};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = first_code_point(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_hidden(char32_t character) noexcept {
  const auto found = std::ranges::lower_bound(k_hidden, character, {}, &Range::last);
  return found != k_hidden.end() && character >= found->first;
}

}  // namespace reaper::base
