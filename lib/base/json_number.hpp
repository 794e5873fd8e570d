#pragma once

#include <boost/json/value.hpp>

namespace reaper::base {

/// The number with so many decimals, by its exact decimal value, as Python's round() does; never -0.0.
[[nodiscard]] double rounded(double number, int decimals);

/// A number as it was given in a setting: `6` and not `6.0`, but `0.5`.
[[nodiscard]] boost::json::value as_given(double number);

}  // namespace reaper::base
