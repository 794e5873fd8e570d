#include "config/command_line.hpp"
#include "fuzz/expect.hpp"

#include <cmath>
#include <filesystem>

// Any command line, one argument a line: it makes sense or not, and settings that are taken can be used.

using namespace reaper;
using fuzz::expect;

namespace {

void check_settings(const config::Settings& settings) {
  for (const double number : {settings.max_age_hours, settings.max_size_mb, settings.cleanup_interval_minutes})
    expect(std::isfinite(number) && number > 0);
  expect(std::isfinite(settings.min_age_seconds) && settings.min_age_seconds >= 0);
  expect(!settings.output_dir.empty() && std::filesystem::path(settings.output_dir).lexically_normal() != "/");
  expect(!settings.file_patterns.empty());
  expect(base::parse_listen_address(settings.listen.to_string()) == settings.listen);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(fuzz::text_of(data, size));
  std::vector<const char*> arguments{"chart-reaper"};
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end < text.size()) text[end] = '\0';
    arguments.push_back(text.c_str() + begin);
    begin = end + 1;
  }
  const auto command_line = config::parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  if (!command_line) {
    expect(!command_line.error().message.empty());
    return 0;
  }
  const config::Loaded loaded = config::load({command_line->settings, {}, {}});
  for (const std::string& error : loaded.errors) expect(error.find('\n') == std::string::npos);
  if (loaded.errors.empty()) check_settings(loaded.settings);
  return 0;
}
