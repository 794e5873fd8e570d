#include "api/assessment_json.hpp"

#include "base/clock.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <iterator>
#include <utility>

namespace reaper::api {

boost::json::array problems_json(const assessment::Assessment& assessment) {
  boost::json::array problems;
  for (const assessment::Problem& problem : assessment.problems) {
    boost::json::object entry;
    entry.emplace("code", to_string(problem.code));
    entry.emplace("severity", to_string(problem.severity));
    entry.emplace("sentence", problem.sentence);
    entry.emplace("advice", problem.advice);
    entry.emplace("since", base::rfc3339(problem.since));
    problems.push_back(std::move(entry));
  }
  return problems;
}

http::Response unavailable(std::string detail, const assessment::Assessment& assessment) {
  return http::problem(503, std::move(detail), {{"problems", problems_json(assessment)}});
}

std::string problems_text(const assessment::Assessment& assessment) {
  std::string text;
  for (const assessment::Problem& problem : assessment.problems)
    fmt::format_to(std::back_inserter(text), "{} {}: {} {}\n", to_string(problem.severity), to_string(problem.code),
                   problem.sentence, problem.advice);
  return text;
}

}  // namespace reaper::api
