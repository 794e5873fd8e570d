#include "api/sweep_json.hpp"

#include "api/json_answer.hpp"
#include "api/long_answer.hpp"
#include "assessment/words.hpp"
#include "base/json_number.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"
#include "base/size.hpp"
#include "base/words.hpp"
#include "retention/policy.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace reaper::api {
namespace {

namespace json = boost::json;

template <class Map>
json::object counts(const Map& map) {
  json::object object;
  for (const auto& [key, count] : map) object.emplace(key, count);
  return object;
}

json::object removed_by_reason(const sweep::Report& report) {
  json::object object;
  for (std::size_t i = 0; i < retention::k_reasons.size(); ++i)
    object.emplace(to_string(retention::k_reasons[i]), report.by_reason[i].files);
  return object;
}

json::object stats_of(const sweep::Report& report) {
  json::object stats;
  stats.emplace("files_removed", report.files_removed);
  stats.emplace("directories_removed", report.directories_removed);
  stats.emplace("bytes_freed", report.bytes_freed);
  stats.emplace("errors", report.errors);
  if (report.request.scope != sweep::Scope::retention) stats.emplace("files_kept", report.files_kept);
  stats.emplace("due", report.due);
  stats.emplace("gone", report.gone);
  stats.emplace("failed", report.failed);
  if (report.request.dry_run == sweep::DryRun::yes) stats.emplace("would_fail", report.would_fail);
  stats.emplace("charts_seen", report.charts_seen);
  stats.emplace("removed_by_reason", removed_by_reason(report));
  stats.emplace("skipped", counts(report.skipped));
  stats.emplace("errors_by_operation", counts(report.errors_by_operation));
  stats.emplace("age_rule_suspended", report.age_rule_suspended);
  stats.emplace("duration_seconds", base::rounded(std::chrono::duration<double>(report.duration).count(), 3));
  return stats;
}

/// JSON cannot hold the arbitrary bytes of paths, so they are written as in the log.
json::object removal_of(const sweep::RemovedChart& chart) {
  json::object removal;
  removal.emplace("path", base::printable(chart.path));
  removal.emplace("size_bytes", chart.size_bytes);
  removal.emplace("age_hours", base::rounded(base::to_hours(chart.age), 2));
  removal.emplace("reason", to_string(chart.reason));
  return removal;
}

json::array errors_of(const sweep::Report& report) {
  json::array errors;
  for (const auto& [operation, path, message] : report.error_list.errors())
    errors.push_back(json::object{{"operation", operation}, {"path", path}, {"message", message}});
  return errors;
}

/// Returns the failure in words.
std::string nothing_of(const sweep::Report& report) {
  const bool are_charts = report.due != 0;
  const std::uint64_t count = are_charts ? report.due : report.directories_failed;
  if (count == 0) return "Nothing could be removed";
  const std::string kind = are_charts ? "chart" : "empty chart set";
  const std::string one = (report.request.scope == sweep::Scope::retention ? "due " : "requested ") + kind;
  return assessment::none_removed_in_words(count, one, one + "s");
}

/// Returns one sentence: why a sweep could do nothing.
std::string failure_message(const sweep::Report& report) {
  if (report.problem) return fmt::format("The sweep failed: {}", *report.problem);
  if (report.error_list.is_empty()) return nothing_of(report);
  return fmt::format("{}: {}", nothing_of(report), in_words(report.error_list.errors().front()));
}

std::string message_for(const sweep::Request& request) {
  switch (request.scope) {
    case sweep::Scope::retention: return "Chart cleanup completed";
    case sweep::Scope::set: return "Cleaned up charts for " + request.set;
    case sweep::Scope::everything: return "All charts cleaned up";
  }
  return {};
}

/// Returns the members that every answer of a sweep has.
json::object body_of(const sweep::Report& report) {
  const bool has_failed = report.nothing_could_be_done();
  json::object body;
  body.emplace("success", !has_failed);
  body.emplace("message", has_failed ? failure_message(report) : message_for(report.request));
  if (report.request.dry_run == sweep::DryRun::yes) body.emplace("dry_run", true);
  body.emplace("stats", stats_of(report));
  if (!report.error_list.is_empty()) body.emplace("errors_list", errors_of(report));
  return body;
}

http::Response dry_run_answer(std::shared_ptr<const sweep::Report> report) {
  json::object body = body_of(*report);
  LongObject object{.before = std::move(body), .name = "removals", .count = report->removed.size(), .entry = {}};
  if (report->files_removed > report->removed.size())
    object.after.emplace("removals_omitted", report->files_removed - report->removed.size());
  object.entry = [report = std::move(report)](std::size_t position) {
    return json::value(removal_of(report->removed[position]));
  };
  return long_answer(std::move(object));
}

http::Response nothing_found(const sweep::Report& report) {
  json::object body;
  body.emplace("success", false);
  body.emplace("message", "No charts found for " + report.request.set);
  return json_answer(base::json_text(body), 404);
}

}  // namespace

http::Response sweep_answer(std::shared_ptr<const sweep::Report> shared_report) {
  const sweep::Report& report = *shared_report;
  if (report.stopped)
    return http::problem(
        503, fmt::format("chart-reaper is shutting down and ended the sweep early; {} removed.",
                         base::count_in_words(report.request.dry_run == sweep::DryRun::yes ? 0 : report.files_removed,
                                              "chart was", "charts were")));
  // An unreadable set is not empty. The answer must not say that its charts are gone.
  if (report.nothing_could_be_done()) return json_answer(base::json_text(body_of(report)), 503);
  if (report.request.scope == sweep::Scope::set && !report.found) return nothing_found(report);
  if (report.request.dry_run == sweep::DryRun::yes) return dry_run_answer(std::move(shared_report));
  return json_answer(base::json_text(body_of(report)));
}

}  // namespace reaper::api
