#pragma once

#include "api/paused.hpp"
#include "api/wire.hpp"
#include "sweep/history.hpp"
#include "sweep/usage_timeline.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace reaper::api {

/// The body of the last sweeps, newest first; `paused` are the reasons why the program removes less than it should, and
/// the next sweep is due an interval after the last automatic one. Holds no names of charts.
[[nodiscard]] std::string sweeps_body(const sweep::History& history, const GivenLimits& limits,
                                      const std::vector<Pause>& paused);

/// The body of the last removals, newest first, at most `limit`.
[[nodiscard]] std::string removals_body(const sweep::History& history, std::size_t limit);

/// The body of the usage over time, oldest first.
[[nodiscard]] std::string usage_body(const sweep::UsageTimeline& usage, const GivenLimits& limits);

}  // namespace reaper::api
