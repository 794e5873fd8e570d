#pragma once

#include "assessment/assess.hpp"
#include "assessment/facts.hpp"
#include "assessment/problem.hpp"

#include <chrono>
#include <vector>

namespace reaper::assessment {

/// A condition that holds. Its problem has no `since` yet.
struct Finding {
  Problem problem;
  std::chrono::nanoseconds begins_after{};  ///< it is a problem only once it has held for this long
};

// The rules by subject. Each adds what it finds, every code at most once.

/// The chart directory and the volume: usable, answering, readable, with room, watched. `before` says whether the
/// volume has been full of young charts already.
void judge_volume(const Facts& facts, const Assessment& before, std::vector<Finding>& findings);

/// The size of the charts against the limit. `before` says whether usage has been high already.
void judge_limit(const Facts& facts, const Assessment& before, std::vector<Finding>& findings);

/// The last sweeps: what failed, how charts are protected, and who else removes them.
void judge_sweeps(const Facts& facts, std::vector<Finding>& findings);

/// The settings, alone and against the volume.
void judge_settings(const Facts& facts, std::vector<Finding>& findings);

}  // namespace reaper::assessment
