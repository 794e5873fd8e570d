#include "config/config_file.hpp"

#include "base/printable.hpp"
#include "config/blanks.hpp"
#include "config/nearest_name.hpp"
#include "config/setting_table.hpp"
#include "config/text_file.hpp"
#include "config/wrapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace reaper::config {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(k_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t hash = line.find('#'); hash != std::string_view::npos; hash = line.find('#', hash + 1)) {
    if (hash == 0 || k_blanks.find(line[hash - 1]) != std::string_view::npos) return line.substr(0, hash);
  }
  return line;
}

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> known;
  for (const Setting& setting : setting_table()) known.push_back(setting.option);
  return known;
}

/// Returns the error in a line; empty if there is none.
std::string fault(std::string_view name, const ConfigFile& before) {
  const std::vector<std::string_view> known = known_names();
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    return fmt::format("unknown setting '{}'; the nearest known name is {}", base::printable(name),
                       nearest_name(name, known));
  }
  if (const auto earlier = before.values.find(std::string(name)); earlier != before.values.end()) {
    return fmt::format("{} is given twice, first in line {}", name, earlier->second.line);
  }
  return {};
}

}  // namespace

ConfigFile parse_config_text(std::string_view text, std::string_view path) {
  ConfigFile file;
  const std::string shown_path = base::printable(path);
  const auto complain = [&](unsigned line, const std::string& what) {
    file.errors.push_back(fmt::format("{}:{}: {}", shown_path, line, what));
  };
  if (text.starts_with(k_byte_order_mark)) {
    complain(1, "the file begins with a UTF-8 byte order mark (BOM); save it without one");
    text.remove_prefix(k_byte_order_mark.size());
  }
  for (unsigned number = 1; !text.empty(); ++number) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    if (whole.find('\0') != std::string_view::npos) {
      complain(number, "a NUL byte; this is not a text file");
      return file;
    }
    const std::string_view line = trimmed(without_comment(whole));
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      complain(number, fmt::format("'{}' is not of the form name=value", base::printable(line)));
      continue;
    }
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::string_view value = trimmed(line.substr(equals + 1));
    const std::string wrong = fault(name, file);
    if (wrong.empty()) file.values.emplace(name, FileValue{std::string(value), number});
    else complain(number, wrong);
  }
  return file;
}

ConfigFile read_config_file(const std::string& path) {
  const base::Result<std::string> text = read_text_file(path);
  if (!text) return ConfigFile{{}, {fmt::format("configuration file: {}", text.error().message())}};
  return parse_config_text(*text, path);
}

}  // namespace reaper::config
