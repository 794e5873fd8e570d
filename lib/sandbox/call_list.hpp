#pragma once

#include "sandbox/needs.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::sandbox {

// The calls by the numbers of libseccomp, which has one for every name: a call that an architecture has not got has a
// negative one there.

/// An argument of a call that, masked, has a value.
struct ArgumentCondition {
  unsigned argument = 0;  ///< counted from 0
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
};

/// A call that is allowed if all of these hold.
struct ConditionalCall {
  int call = 0;
  std::vector<ArgumentCondition> conditions;
};

/// Calls that are allowed whatever their arguments are.
[[nodiscard]] std::span<const int> always_allowed();

/// Calls that end the process.
[[nodiscard]] std::span<const int> killing_calls();

/// Calls that are allowed with some arguments only.
[[nodiscard]] std::vector<ConditionalCall> conditionally_allowed(const Needs& needs);

}  // namespace reaper::sandbox
