#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace reaper::retention {

/// The facts about one chart that decide if it is removed.
struct ChartFacts {
  std::uint64_t size_bytes = 0;            ///< its share of the size limit
  std::uint64_t allocated_bytes = 0;       ///< its space on the volume, in whole blocks
  base::Room room = {};                    ///< the space that its removal frees
  base::FileTime modified;                 ///< the time that decides its age
  bool future = false;                     ///< its own time lies in the future, so `modified` is another time
  std::uint64_t this_and_newer_bytes = 0;  ///< size of this chart and of all that a plan would remove after it
  base::Room freed_before = {};            ///< the space that removing all older charts would free
  SpaceDemand demand = {};                 ///< the space that charts must free, ignoring pauses
  /// The time of the next try, while removing charts does not free space.
  std::optional<base::FileTime> no_gain_until = {};
};

/// The rule that decides about a chart now.
enum class Rule {
  maximum_age,   ///< it is too old
  maximum_size,  ///< it is among the oldest, and the charts exceed the size limit
  free_space,    ///< it is among the oldest, and the volume is nearly full
  no_gain,       ///< free space is needed, but removing charts did not free any, so sweeps pause
  minimum_age,   ///< it is too young for any rule
  future,        ///< its time is in the future because the clock was set back, so it counts as young
  within_limits  ///< no limit is reached
};

/// Returns the rule's name in answers, e.g. `maximum_age`.
[[nodiscard]] std::string_view to_string(Rule rule);

/// The verdict of the rules on one chart.
struct Explanation {
  Rule rule = Rule::within_limits;
  std::optional<Reason> reason;  ///< the reason why the next sweep removes it; nothing if it stays
  std::optional<base::FileTime>
      due;  ///< the time from which a sweep removes it, if nothing changes; nothing if unknown
  std::optional<std::uint64_t> spare;  ///< bytes that can still be written before the size limit removes it
};

/// Returns what plan_retention() would do with this chart at `now`. Pure.
[[nodiscard]] Explanation explain(const ChartFacts& facts, const Limits& limits, base::FileTime now);

}  // namespace reaper::retention
