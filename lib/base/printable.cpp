#include "base/printable.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace reaper::base {
namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '\\'; }

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto escape = [&](std::string_view bytes) {
    for (const char c : bytes) fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(c));
  };
  while (true) {
    // Copy plain characters at once, because nearly all are plain.
    const auto plain = std::find_if_not(text.begin(), text.end(), is_plain);
    out.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) return out;
    const auto [character, length] = first_code_point(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    const char lead = sequence[0];
    if (lead == '\n') out += "\\n";
    else if (lead == '\t') out += "\\t";
    else if (lead == '\\') out += "\\\\";
    else if (length == 0 || is_hidden(character)) escape(sequence);
    else out += sequence;
    text.remove_prefix(sequence.size());
  }
}

}  // namespace reaper::base
