#pragma once

#include "http/message.hpp"

#include <string>
#include <vector>

namespace reaper::api {

/// The result of reading the settings again. Settings are named by their variables, e.g. `CHART_MAX_AGE_HOURS`.
struct ReloadResult {
  std::vector<std::string> errors;         ///< one line for each bad value; if there is one, the old settings stay
  std::vector<std::string> changed;        ///< in effect with another value than before
  std::vector<std::string> needs_restart;  ///< another value was read, but takes effect with the next start only
};

/// The answer to a request to read the settings again: 200, or 422 with every bad value on a line of its detail.
[[nodiscard]] http::Response reload_answer(const ReloadResult& result);

}  // namespace reaper::api
