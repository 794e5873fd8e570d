#include "config/setting_table.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

using namespace reaper::config;

namespace {

/// Returns the documented option of a variable: CHART_MAX_AGE_HOURS -> max-age-hours.
std::string option_for(std::string_view variable) {
  if (variable.starts_with("CHART_")) variable.remove_prefix(6);
  std::string option(variable);
  std::transform(option.begin(), option.end(), option.begin(),
                 [](char c) { return c == '_' ? '-' : static_cast<char>(c - 'A' + 'a'); });
  return option;
}

}  // namespace

TEST_CASE("the name of an option follows from its variable") {
  for (const Setting& setting : setting_table()) CHECK(setting.option == option_for(setting.variable));
}

TEST_CASE("every setting is declared once and completely") {
  std::set<std::string_view> names;
  for (const Setting& setting : setting_table()) {
    CAPTURE(setting.variable);
    CHECK(names.insert(setting.variable).second);
    CHECK_FALSE(setting.value_name.empty());
    CHECK_FALSE(setting.description.empty());
    CHECK_FALSE(setting.allowed.empty());
    CHECK(setting.read != nullptr);
  }
  CHECK(names.size() == 22);
}

TEST_CASE("the preset comes first, because later defaults depend on it") {
  CHECK(setting_table().front().variable == "ENVIRONMENT");
}

TEST_CASE("every default is an allowed value") {
  for (const Setting& setting : setting_table()) {
    CAPTURE(setting.variable);
    Settings settings;
    if (!setting.default_value.empty()) CHECK(setting.read(setting.default_value, settings));
    if (setting.preset_value == nullptr) continue;
    for (const Preset preset : {Preset::development, Preset::staging, Preset::production}) {
      CHECK(setting.read(preset_values(preset).*setting.preset_value, settings));
    }
  }
}

TEST_CASE("a refused value does not change the settings") {
  for (const Setting& setting : setting_table()) {
    if (setting.variable != "CHART_MAX_AGE_HOURS") continue;
    Settings settings;
    settings.max_age_hours = 5;
    CHECK_FALSE(setting.read("0", settings));
    CHECK(settings.max_age_hours == 5);
  }
}

TEST_CASE("presets are found in any case") {
  CHECK(parse_preset("production") == Preset::production);
  CHECK(parse_preset("Staging") == Preset::staging);
  CHECK(parse_preset("DEVELOPMENT") == Preset::development);
  CHECK_FALSE(parse_preset("prod"));
  CHECK_FALSE(parse_preset("production "));
  CHECK_FALSE(parse_preset(""));
}
