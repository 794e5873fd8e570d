#pragma once

#include "config/load.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace reaper::test {

/// Returns the settings from these variables alone.
inline config::Loaded load_environment(config::Environment environment) {
  return config::load({{}, std::move(environment), {}});
}

/// Returns the effective setting of a variable.
inline config::EffectiveSetting effective(const config::Loaded& loaded, const std::string& variable) {
  const auto found =
      std::find_if(loaded.effective.begin(), loaded.effective.end(),
                   [&](const config::EffectiveSetting& setting) { return setting.variable == variable; });
  REQUIRE(found != loaded.effective.end());
  return *found;
}

}  // namespace reaper::test
