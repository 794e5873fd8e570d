#include "api/reload_json.hpp"

#include "api/json_answer.hpp"
#include "base/json_text.hpp"

#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace reaper::api {
namespace {

boost::json::array names(const std::vector<std::string>& settings) {
  return boost::json::array(settings.begin(), settings.end());
}

}  // namespace

http::Response reload_answer(const ReloadResult& result) {
  if (!result.errors.empty()) return http::problem(422, fmt::format("{}", fmt::join(result.errors, "\n")));
  boost::json::object body;
  body.emplace("success", true);
  body.emplace("message", "Settings reloaded");
  body.emplace("changed", names(result.changed));
  body.emplace("needs_restart", names(result.needs_restart));
  return json_answer(base::json_text(body));
}

}  // namespace reaper::api
