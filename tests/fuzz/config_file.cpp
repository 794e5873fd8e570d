#include "config/config_file.hpp"
#include "config/setting_table.hpp"
#include "config/wrapping.hpp"
#include "fuzz/expect.hpp"

#include <algorithm>

// Parses any configuration file: each line is a known setting, nothing, or one printable error.

using namespace reaper;
using fuzz::expect;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  const config::ConfigFile file = config::parse_config_text(text, "file");
  const std::size_t mark = text.starts_with(config::k_byte_order_mark) ? 1 : 0;  // reported as an error of its own
  expect(file.values.size() + file.errors.size() <= lines + mark);
  for (const auto& [name, value] : file.values) {
    expect(std::ranges::find(config::setting_table(), name, &config::Setting::option) != config::setting_table().end());
    expect(value.line >= 1 && value.line <= lines);
    expect(value.value.find('\n') == std::string::npos);
  }
  for (const std::string& error : file.errors) {
    expect(std::ranges::none_of(error, [](char c) { return c >= 0 && c < 0x20; }));
  }
  return 0;
}
