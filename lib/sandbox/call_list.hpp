#pragma once

#include "sandbox/system_calls.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::sandbox {

// The calls by the numbers of libseccomp, which has one for every name: a call that an architecture has not got has a
// negative one there.

/// A call that is allowed if one of its arguments, masked, has a value.
struct ConditionalCall {
  int call = 0;
  unsigned argument = 0;  ///< counted from 0
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
};

/// Calls that are allowed whatever their arguments are.
[[nodiscard]] std::span<const int> always_allowed();

/// Calls that end the process.
[[nodiscard]] std::span<const int> deadly();

/// Calls that are allowed with some arguments only.
[[nodiscard]] std::vector<ConditionalCall> conditionally_allowed(MayAppend may_append);

}  // namespace reaper::sandbox
