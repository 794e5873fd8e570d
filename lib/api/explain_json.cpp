#include "api/figures_json.hpp"
#include "api/limit_figures.hpp"
#include "base/clock.hpp"
#include "base/json_number.hpp"
#include "base/json_optional.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"
#include "base/size.hpp"
#include "base/words.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <chrono>

namespace reaper::api {
namespace {

namespace json = boost::json;
using retention::Explanation;
using retention::Rule;

std::string in_words(const base::Room& room) {
  if (room.bytes != 0) return fmt::format("{:.2f} MB", base::to_mebibytes(room.bytes));
  return base::count_in_words(room.inodes, "inode", "inodes");
}

/// Returns the reason why the chart is removed or stays, for people.
std::string reason_in_words(const ExplainSource& source, const Explanation& explanation) {
  const auto& [path, facts, limits, given, now, failure] = source;
  switch (explanation.rule) {
    case Rule::maximum_age:
      return fmt::format("it is {:.2f} hours old, and the maximum age is {:g} hours",
                         base::to_hours(now - facts.modified), given.max_age_hours);
    case Rule::maximum_size:
      return fmt::format("this chart and all newer ones take {:.2f} MB, and the limit is {} MB",
                         base::to_mebibytes(facts.this_and_newer_bytes), limit_in_mebibytes(limits.max_size_bytes));
    case Rule::free_space:
      return fmt::format("the volume lacks {} of its free space reserve, and this is one of the oldest charts",
                         in_words(facts.demand.room));
    case Rule::no_gain:
      return fmt::format(
          "the volume lacks {} of its free space reserve, but removing charts did not free space, so the oldest are "
          "tried again at {}",
          in_words(facts.demand.room), base::rfc3339(facts.no_gain_until.value_or(now)));
    case Rule::minimum_age:
      return fmt::format("it is younger than the minimum age of {:g} seconds",
                         std::chrono::duration<double>(limits.min_age).count());
    case Rule::future: return "the clock was set back after it was first seen, so it counts as young";
    case Rule::within_limits:
      return limits.age_rule == retention::AgeRule::on
                 ? "it is not too old, and this chart and all newer ones fit within the limit"
                 : "the clock jumped, so charts do not expire by age, and this chart and all newer ones fit within the "
                   "limit";
  }
  return {};
}

std::string in_words(const ExplainSource& source, const Explanation& explanation) {
  std::string why = reason_in_words(source, explanation);
  if (source.facts.future)
    why += "; its own time is in the future, so its age counts from its last change, or from when it was first seen";
  if (!explanation.reason) return fmt::format("It stays: {}.", why);
  if (!source.given.cleanup_enabled)
    return fmt::format(
        "It stays until a cleanup is requested, because CHART_ENABLE_CLEANUP is false. Then it is removed: "
        "{}.",
        why);
  if (!source.failure.empty())
    return fmt::format("It is due: {}. But charts cannot be removed now. {}", why, source.failure);
  return fmt::format("The next sweep removes it, unless it is in use or written again: {}.", why);
}

}  // namespace

std::string explain_body(const ExplainSource& source) {
  const Explanation explanation = retention::explain(source.facts, source.limits, source.now);
  json::object chart;
  chart.emplace("path", base::printable(source.path));
  chart.emplace("size_bytes", source.facts.size_bytes);
  chart.emplace("allocated_bytes", source.facts.allocated_bytes);
  chart.emplace("modified", base::rfc3339(source.facts.modified));
  chart.emplace("age_hours", base::rounded(base::to_hours(source.now - source.facts.modified), 2));
  chart.emplace("future", source.facts.future);
  json::object body;
  body.emplace("success", true);
  body.emplace("chart", std::move(chart));
  body.emplace("action", explanation.reason && source.given.cleanup_enabled ? "remove" : "keep");
  body.emplace("reason", explanation.reason ? json::value(to_string(*explanation.reason)) : json::value(nullptr));
  body.emplace("rule", to_string(explanation.rule));
  body.emplace("due", explanation.due ? json::value(base::rfc3339(*explanation.due)) : json::value(nullptr));
  body.emplace("bytes_until_limit", base::json_or_null(explanation.spare));
  body.emplace("explanation", in_words(source, explanation));
  return base::json_text(body);
}

}  // namespace reaper::api
