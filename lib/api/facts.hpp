#pragma once

#include "assessment/facts.hpp"
#include "sweep/report.hpp"
#include "sweep/root_state.hpp"
#include "sweep/snapshot.hpp"

namespace reaper::api {

/// Returns the settings with the limits in force on the volume of the root.
[[nodiscard]] assessment::SettingFacts settings_in_force(assessment::SettingFacts settings,
                                                         const sweep::RootState& root);

/// Returns the facts of a snapshot for the assessment. The caller fills in the times of `now` and the hang.
[[nodiscard]] assessment::Facts facts_of(const sweep::Snapshot& known, const sweep::SweepProgress& progress,
                                         const assessment::SettingFacts& settings);

/// Returns the facts of one sweep, for `chart-reaper sweep`.
[[nodiscard]] assessment::Facts facts_of(const sweep::Report& report, const assessment::SettingFacts& settings);

}  // namespace reaper::api
