#pragma once

#include "assessment/assess.hpp"
#include "http/message.hpp"

#include <boost/json/array.hpp>

#include <string>

namespace reaper::api {

/// Returns the problems as JSON, worst first.
[[nodiscard]] boost::json::array problems_json(const assessment::Assessment& assessment);

/// Returns a 503 with the problems, as `application/problem+json` with the member `problems`.
[[nodiscard]] http::Response unavailable(std::string detail, const assessment::Assessment& assessment);

/// Returns the problems as text for people, one a line; empty if there are none.
[[nodiscard]] std::string problems_text(const assessment::Assessment& assessment);

}  // namespace reaper::api
