#pragma once

#include "http/message.hpp"

#include <string>
#include <vector>

namespace reaper::api {

/// The result of a reload. Settings are named by their variables, e.g. `CHART_MAX_AGE_HOURS`.
struct ReloadResult {
  std::vector<std::string> errors;         ///< one line for each bad value; if there is any, the old settings stay
  std::vector<std::string> changed;        ///< settings with a new value that is in effect
  std::vector<std::string> needs_restart;  ///< settings whose new value takes effect only after a restart
};

/// Returns the answer to a reload: 200, or 422 with every bad value on a line of its detail.
[[nodiscard]] http::Response reload_answer(const ReloadResult& result);

}  // namespace reaper::api
