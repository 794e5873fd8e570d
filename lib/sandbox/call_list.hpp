#pragma once

#include "sandbox/needs.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::sandbox {

// System calls by the numbers of libseccomp. It has a number for every name: a negative one if the architecture lacks
// the call.

/// A condition on an argument of a call: masked, it must equal `value`.
struct ArgumentCondition {
  unsigned argument = 0;  ///< counted from 0
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
};

/// A call that is allowed if all conditions hold.
struct ConditionalCall {
  int call = 0;
  std::vector<ArgumentCondition> conditions;
};

/// Returns the calls that are allowed with any arguments.
[[nodiscard]] std::span<const int> always_allowed();

/// Returns the calls for which the kernel kills the process.
[[nodiscard]] std::span<const int> killing_calls();

/// Returns the calls that are only allowed with certain arguments.
[[nodiscard]] std::vector<ConditionalCall> conditionally_allowed(const Needs& needs);

}  // namespace reaper::sandbox
