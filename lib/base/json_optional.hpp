#pragma once

#include <boost/json/value.hpp>

#include <optional>

namespace reaper::base {

/// Returns the value as JSON, or null if there is none.
template <class Value>
[[nodiscard]] boost::json::value json_or_null(const std::optional<Value>& value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

}  // namespace reaper::base
