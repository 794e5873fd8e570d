#pragma once

#include "api/configured_limits.hpp"
#include "api/paused.hpp"
#include "http/message.hpp"
#include "sweep/history.hpp"
#include "sweep/usage_timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace reaper::api {

/// Returns the answer with the last sweeps, newest first, at most `max`. `pauses` holds the reasons why the program
/// removes less than it should. The next sweep is due one interval after the last automatic one. Holds no chart names.
[[nodiscard]] http::Response sweeps_answer(const sweep::History& history, const ConfiguredLimits& limits,
                                           const std::vector<Pause>& pauses, std::size_t max);

/// Returns the answer with the last removals, newest first, at most `limit`.
[[nodiscard]] http::Response removals_answer(const sweep::History& history, std::size_t limit);

/// Returns the answer with the usage over time, oldest first, and the limit in force.
[[nodiscard]] http::Response usage_answer(const sweep::UsageTimeline& usage, std::uint64_t limit_bytes);

}  // namespace reaper::api
