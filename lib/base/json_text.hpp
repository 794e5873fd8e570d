#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace reaper::base {

/// Returns the value as compact JSON text. It writes numbers like the original service: the shortest form that reads
/// back, `23.5`, and `23.0` for a floating-point number without a fraction. boost::json::serialize would write
/// `2.35E1`. NaN and infinity become `null`, as JSON has no such numbers. Hidden characters (see is_hidden) become
/// `\uNNNN`, which is the same to a parser and harmless on a terminal.
[[nodiscard]] std::string json_text(const boost::json::value& value);

}  // namespace reaper::base
