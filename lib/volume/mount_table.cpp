#include "volume/mount_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace reaper::volume {
namespace {

/// One line of the table. The texts still have their escapes.
struct Line {
  std::uint64_t id = 0;
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  std::string_view top;
  std::string_view place;
  std::string_view type;
  std::string_view source;
  std::string_view options;
};

/// Removes everything up to the first `end` from the text, and returns it without the `end`.
std::string_view take_until(std::string_view& text, char end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

template <class Number>
bool parse(std::string_view text, Number& number, int base = 10) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc{} && stop == end;
}

/// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`. Any number of fields may stand
/// before the `-`.
std::optional<Line> parse_line(std::string_view text) {
  Line line;
  const std::string_view id = take_until(text, ' ');
  take_until(text, ' ');  // parent
  std::string_view device = take_until(text, ' ');
  const std::string_view device_major = take_until(device, ':');
  if (!parse(id, line.id) || !parse(device_major, line.device_major) || !parse(device, line.device_minor)) return {};
  line.top = take_until(text, ' ');
  line.place = take_until(text, ' ');
  while (!text.empty() && take_until(text, ' ') != "-") {
  }
  line.type = take_until(text, ' ');
  line.source = take_until(text, ' ');
  line.options = text;
  return line.type.empty() ? std::nullopt : std::optional(line);
}

/// The kernel writes blank, tab, newline and backslash as three octal digits, e.g. `\040`.
std::string without_escapes(std::string_view text) {
  constexpr std::size_t k_escape = 4;
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    std::uint8_t byte = 0;
    const bool is_escape =
        text.front() == '\\' && text.size() >= k_escape && parse(text.substr(1, k_escape - 1), byte, 8);
    plain += is_escape ? static_cast<char>(byte) : text.front();
    text.remove_prefix(is_escape ? k_escape : 1);
  }
  return plain;
}

bool is_below(std::string_view path, std::string_view place) {
  if (!path.starts_with(place)) return false;
  return path.size() == place.size() || place.ends_with('/') || path[place.size()] == '/';
}

Mount mount_from(const Line& line) {
  return {without_escapes(line.type), without_escapes(line.source), without_escapes(line.options),
          without_escapes(line.top)};
}

}  // namespace

std::optional<Mount> find_mount(std::string_view table, const MountKey& key) {
  std::optional<Line> best;
  std::size_t best_length = 0;
  while (!table.empty()) {
    const std::optional<Line> line = parse_line(take_until(table, '\n'));
    if (!line) continue;
    if (key.id == line->id) return mount_from(*line);
    if (line->device_major != key.device_major || line->device_minor != key.device_minor) continue;
    const std::string place = without_escapes(line->place);
    const std::size_t length = is_below(key.path, place) ? place.size() : 0;
    if (best && length < best_length) continue;
    best = line;
    best_length = length;
  }
  return best ? std::optional(mount_from(*best)) : std::nullopt;
}

}  // namespace reaper::volume
