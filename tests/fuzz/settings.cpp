#include "config/command_line.hpp"
#include "config/setting_table.hpp"
#include "fuzz/expect.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

// Uses any text as the value of each setting, and as a command line with one argument per line. An accepted value must
// be usable.

using namespace reaper;
using fuzz::expect;

namespace {

void check_settings(const config::Settings& settings) {
  for (const double number : {settings.max_age_hours, settings.max_size_mb, settings.cleanup_interval_minutes})
    expect(std::isfinite(number) && number > 0);
  if (const auto percent = settings.max_size_percent) expect(*percent > 0 && *percent <= 100);
  expect(std::isfinite(settings.min_age_seconds) && settings.min_age_seconds >= 0);
  expect(!settings.output_dir.empty() && std::filesystem::path(settings.output_dir).lexically_normal() != "/");
  expect(!settings.file_patterns.empty());
  expect(base::parse_listen_address(settings.listen.to_string()) == settings.listen);
}

void check_values(std::string_view text) {
  static const config::Settings defaults = config::load({{}, {}, {}}).settings;
  for (const config::Setting& setting : config::setting_table()) {
    config::Settings settings = defaults;
    if (setting.read(text, settings) && !text.empty()) check_settings(settings);
  }
}

void check_command_line(std::string text) {
  std::vector<const char*> arguments{"chart-reaper"};
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end < text.size()) text[end] = '\0';
    arguments.push_back(text.c_str() + begin);
    begin = end + 1;
  }
  const auto command_line = config::parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  if (!command_line) return expect(!command_line.error().message.empty());
  const config::Loaded loaded = config::load({command_line->settings, {}, {}});
  for (const std::string& error : loaded.errors) expect(error.find('\n') == std::string::npos);
  if (loaded.errors.empty()) check_settings(loaded.settings);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_values(text);
  check_command_line(std::string(text));
  return 0;
}
