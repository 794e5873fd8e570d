#pragma once

#include <boost/json/value.hpp>

namespace reaper::base {

/// Returns the number with `decimals` decimals, rounded by its exact decimal value like Python's round(). Never returns
/// -0.0.
[[nodiscard]] double rounded(double number, int decimals);

/// Returns the number as it was given in a setting: `6`, not `6.0`, but `0.5`.
[[nodiscard]] boost::json::value as_given(double number);

}  // namespace reaper::base
