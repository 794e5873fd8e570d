#include "retention/explain.hpp"

#include <algorithm>

namespace reaper::retention {

namespace {

/// Every chart that frees space frees one inode, so `freed_before.inodes` counts the charts that are tried before this
/// one.
bool is_among_those_for_space(const ChartFacts& facts) {
  const base::Room& wanted = facts.demand.room;
  if (facts.freed_before.inodes >= facts.demand.max_charts) return false;
  return (facts.room.bytes != 0 && wanted.bytes > facts.freed_before.bytes) ||
         (facts.room.inodes != 0 && wanted.inodes > facts.freed_before.inodes);
}

}  // namespace

std::string_view to_string(Rule rule) {
  switch (rule) {
    case Rule::maximum_age: return "maximum_age";
    case Rule::maximum_size: return "maximum_size";
    case Rule::free_space: return "free_space";
    case Rule::no_gain: return "no_gain";
    case Rule::minimum_age: return "minimum_age";
    case Rule::future: return "future";
    case Rule::within_limits: return "within_limits";
  }
  return "unknown";
}

Explanation explain(const ChartFacts& facts, const Limits& limits, base::FileTime now) {
  Explanation result;
  const std::chrono::nanoseconds age = now - facts.modified;
  const bool young = age < limits.min_age;
  // Older charts are removed first. So the size limit removes this chart exactly if it and all newer ones exceed the
  // limit.
  const bool exceeds = facts.this_and_newer_bytes > limits.max_size_bytes;
  const bool over_limit = exceeds && facts.size_bytes != 0;
  const bool for_space = is_among_those_for_space(facts);
  const bool waits = facts.no_gain_until && *facts.no_gain_until > now;
  if (!exceeds) result.spare = limits.max_size_bytes - facts.this_and_newer_bytes;

  // The age rule removes charts older than the maximum, not charts exactly that old.
  if (limits.age_rule == AgeRule::on) result.due = facts.modified + std::max(limits.max_age, limits.min_age);
  if (over_limit || for_space) {
    base::FileTime for_room = facts.modified + limits.min_age;
    if (!over_limit && waits) for_room = std::max(for_room, *facts.no_gain_until);
    result.due = std::min(result.due.value_or(base::FileTime::max()), for_room);
  }

  if (young) {
    result.rule = age < std::chrono::nanoseconds::zero() ? Rule::future : Rule::minimum_age;
  } else if (limits.age_rule == AgeRule::on && age > limits.max_age) {
    result.rule = Rule::maximum_age;
    result.reason = Reason::expired;
  } else if (over_limit) {
    result.rule = Rule::maximum_size;
    result.reason = Reason::over_limit;
  } else if (for_space && waits) {
    result.rule = Rule::no_gain;
  } else if (for_space) {
    result.rule = Rule::free_space;
    result.reason = Reason::disk_pressure;
  }
  return result;
}

}  // namespace reaper::retention
