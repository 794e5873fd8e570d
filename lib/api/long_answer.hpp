#pragma once

#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <functional>
#include <string_view>

namespace reaper::api {

/// A JSON object with one long array in it. Its parts are owned by it, or by what `entry` holds.
struct LongObject {
  boost::json::object before;  ///< the members in front of the array
  std::string_view name;       ///< of the array; a constant
  std::size_t count = 0;       ///< of its entries
  std::function<boost::json::value(std::size_t position)> entry;
  boost::json::object after = {};  ///< the members behind the array
};

/// The 200 answer with this body. A body of more than a few KiB is left to be completed in pieces, see
/// http::Response::more.
[[nodiscard]] http::Response long_answer(LongObject object);

/// Makes what is missing of the body; for those who have nothing else to do.
void complete(http::Response& response);

}  // namespace reaper::api
