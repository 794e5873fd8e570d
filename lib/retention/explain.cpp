#include "retention/explain.hpp"

#include <algorithm>

namespace reaper::retention {

std::string_view to_string(Rule rule) {
  switch (rule) {
    case Rule::maximum_age: return "maximum_age";
    case Rule::maximum_size: return "maximum_size";
    case Rule::free_space: return "free_space";
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
  // What is older goes first, so this chart goes for its size exactly if the rest from it on is still too much.
  const bool over_limit = facts.this_and_newer_bytes > limits.max_size_bytes;
  const bool for_space = facts.wanted_bytes > facts.freed_before_bytes;
  if (!over_limit) result.spare = limits.max_size_bytes - facts.this_and_newer_bytes;

  // The age rule removes what is older than the maximum, not what is exactly that old.
  if (limits.age_rule == AgeRule::on) result.due = facts.modified + std::max(limits.max_age, limits.min_age);
  if (over_limit || for_space)
    result.due = std::min(result.due.value_or(base::FileTime::max()), facts.modified + limits.min_age);

  if (young) {
    result.rule = age < std::chrono::nanoseconds::zero() ? Rule::future : Rule::minimum_age;
  } else if (limits.age_rule == AgeRule::on && age > limits.max_age) {
    result.rule = Rule::maximum_age;
    result.reason = Reason::expired;
  } else if (over_limit) {
    result.rule = Rule::maximum_size;
    result.reason = Reason::over_limit;
  } else if (for_space) {
    result.rule = Rule::free_space;
    result.reason = Reason::disk_pressure;
  }
  return result;
}

}  // namespace reaper::retention
