#pragma once

#include "assessment/assess.hpp"
#include "assessment/facts.hpp"
#include "assessment/problem.hpp"

#include <chrono>
#include <vector>

namespace reaper::assessment {

/// A condition that holds now. Its problem has no `since` yet.
struct Finding {
  Problem problem;
  std::chrono::nanoseconds begins_after{};  ///< the time after which it becomes a problem
};

// The rules, by subject. Each adds its findings, at most one for each code.

/// Judges the chart directory and the volume: access, answers, free space, watches. `before` says whether only young
/// charts were left before.
void judge_volume(const Facts& facts, const Assessment& before, std::vector<Finding>& findings);

/// Judges the size of the charts against the limit. `before` says whether usage was high before.
void judge_limit(const Facts& facts, const Assessment& before, std::vector<Finding>& findings);

/// Judges the last sweeps: their failures, the protection of charts, and other programs that remove charts.
void judge_sweeps(const Facts& facts, std::vector<Finding>& findings);

/// Judges the settings, alone and against the volume.
void judge_settings(const Facts& facts, std::vector<Finding>& findings);

}  // namespace reaper::assessment
