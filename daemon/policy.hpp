#pragma once

#include "api/configured_limits.hpp"
#include "assessment/facts.hpp"
#include "config/settings.hpp"
#include "sweep/service_settings.hpp"
#include "sweep/sweeper.hpp"
#include "volume/pool_width.hpp"

namespace reaper::daemon {

/// Convert the settings to the types of the parts that use them.
[[nodiscard]] sweep::Policy policy_from(const config::Settings& settings);
[[nodiscard]] sweep::ServiceSettings service_settings_from(const config::Settings& settings);
[[nodiscard]] assessment::SettingFacts setting_facts_from(const config::Settings& settings);
[[nodiscard]] api::ConfiguredLimits limits_from(const config::Settings& settings);
[[nodiscard]] volume::PoolWidth pool_width_from(const config::Settings& settings);

}  // namespace reaper::daemon
