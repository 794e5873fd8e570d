#pragma once

#include "assessment/facts.hpp"
#include "sweep/report.hpp"
#include "sweep/snapshot.hpp"

namespace reaper::api {

/// The facts of a snapshot, as problems are judged by them. The times of `now` and the hang are the caller's to fill
/// in.
[[nodiscard]] assessment::Facts facts_of(const sweep::Snapshot& known, const sweep::SweepProgress& progress,
                                         const assessment::SettingFacts& settings);

/// The facts of one sweep alone, as `chart-reaper sweep` has them.
[[nodiscard]] assessment::Facts facts_of(const sweep::Report& report, const assessment::SettingFacts& settings);

}  // namespace reaper::api
