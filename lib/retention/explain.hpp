#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace reaper::retention {

/// What must be known of one chart to say what becomes of it.
struct ChartFacts {
  std::uint64_t size_bytes = 0;            ///< what it counts against the limit
  std::uint64_t allocated_bytes = 0;       ///< what it takes of the volume, in whole blocks
  base::Room room = {};                    ///< what its removal frees on the volume
  base::FileTime modified;                 ///< the time by which it is aged
  bool future = false;                     ///< its own time lies in the future, so `modified` is another one
  std::uint64_t this_and_newer_bytes = 0;  ///< of this chart and all that a plan would remove after it
  base::Room freed_before = {};            ///< what the removal of all older charts would free
  SpaceDemand demand = {};                 ///< what charts shall go for, if nothing keeps them from it
  /// When charts are tried again, while removing them does not free space.
  std::optional<base::FileTime> no_gain_until = {};
};

/// The rule that decides about a chart now.
enum class Rule {
  maximum_age,   ///< it is too old
  maximum_size,  ///< it is among the oldest, and the charts are larger than the limit
  free_space,    ///< it is among the oldest, and the volume runs out of space
  no_gain,       ///< it would go for free space, but removing charts did not help, so that waits
  minimum_age,   ///< it is too young to be removed by a rule
  future,        ///< the clock was set back since it was seen, so it counts as young
  within_limits  ///< neither limit is reached
};

/// The rule's name on the wire, e.g. `maximum_age`.
[[nodiscard]] std::string_view to_string(Rule rule);

/// What the rules say about one chart.
struct Explanation {
  Rule rule = Rule::within_limits;
  std::optional<Reason> reason;        ///< why the next sweep would remove it; nothing if it stays
  std::optional<base::FileTime> due;   ///< from when on a sweep removes it as things are; nothing if that is not known
  std::optional<std::uint64_t> spare;  ///< bytes that may still be written before it goes for the size limit
};

/// Explains what plan_retention() would do with this chart at `now`. Pure.
[[nodiscard]] Explanation explain(const ChartFacts& facts, const Limits& limits, base::FileTime now);

}  // namespace reaper::retention
