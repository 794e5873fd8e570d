#pragma once

#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <functional>
#include <string_view>

namespace reaper::api {

/// A JSON object with one long array in it. It owns its data, or `entry` does.
struct LongObject {
  boost::json::object before;  ///< the members before the array
  std::string_view name;       ///< of the array; a constant
  std::size_t count = 0;       ///< of the array's entries
  std::function<boost::json::value(std::size_t position)> entry;
  boost::json::object after = {};  ///< the members after the array
};

/// Returns the 200 answer with this body. A body of more than a few KiB is made in pieces, see http::Response::more.
[[nodiscard]] http::Response long_answer(LongObject object);

/// Completes the body at once, for callers that need not share the thread.
void complete(http::Response& response);

}  // namespace reaper::api
