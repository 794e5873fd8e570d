#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace reaper::base {

/// The value as compact JSON text. Unlike boost::json::serialize, which writes 23.5 as `2.35E1`, numbers are written
/// the way people and the original service write them: the shortest form that reads back, `23.5`, and `23.0` for a
/// floating-point number without a fraction. A number that JSON cannot express (NaN, infinity) becomes `null`.
/// Hidden characters (see is_hidden) are written as `\uNNNN`: the same text to a parser, and harmless on a terminal.
[[nodiscard]] std::string json_text(const boost::json::value& value);

}  // namespace reaper::base
