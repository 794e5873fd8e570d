#pragma once

#include "assessment/facts.hpp"
#include "sweep/report.hpp"
#include "sweep/snapshot.hpp"
#include "volume/volume_traits.hpp"

namespace reaper::api {

/// Returns the facts about the settings with the minimum age in force on the volume, which may be null.
[[nodiscard]] assessment::SettingFacts setting_facts_on(assessment::SettingFacts settings,
                                                        const volume::VolumeAbilities* volume);

/// Returns the facts of a snapshot for the assessment. The caller fills in the times of `now` and the hang.
[[nodiscard]] assessment::Facts facts_of(const sweep::Snapshot& known, const sweep::SweepProgress& progress,
                                         const assessment::SettingFacts& settings);

/// Returns the facts of one sweep, for `chart-reaper sweep`.
[[nodiscard]] assessment::Facts facts_of(const sweep::Report& report, const assessment::SettingFacts& settings);

}  // namespace reaper::api
