#include "api/statistics_json.hpp"

#include "api/assessment_json.hpp"
#include "api/long_answer.hpp"
#include "base/json_number.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"
#include "base/size.hpp"
#include "retention/policy.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace reaper::api {
namespace {

namespace json = boost::json;

/// As the original service rounds.
double round2(double value) { return base::rounded(value, 2); }

json::value age_hours(const std::optional<base::FileTime>& time, base::FileTime now) {
  if (!time) return nullptr;
  return round2(base::to_hours(now - *time));
}

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

/// Paths may hold any bytes, which JSON cannot; they are written as the log writes them.
json::object removal_of(const sweep::RemovedChart& chart) {
  json::object removal;
  removal.emplace("path", base::printable(chart.path));
  removal.emplace("size_bytes", chart.size_bytes);
  removal.emplace("age_hours", round2(base::to_hours(chart.age)));
  removal.emplace("reason", to_string(chart.reason));
  return removal;
}

json::array errors_of(const sweep::Report& report) {
  json::array errors;
  for (const auto& [operation, path, message] : report.error_list.errors())
    errors.push_back(json::object{{"operation", operation}, {"path", path}, {"message", message}});
  return errors;
}

/// The failure in words, e.g. `None of the 12 charts that were due could be removed`.
std::string nothing_of(const sweep::Report& report) {
  const bool are_charts = report.due != 0;
  const std::uint64_t count = are_charts ? report.due : report.directories_failed;
  const std::string_view what = are_charts ? "chart" : "empty chart set";
  const std::string_view why = report.request.scope == sweep::Scope::retention ? "due" : "asked for";
  if (count == 0) return "Nothing could be removed";
  if (count == 1) return fmt::format("The {} that was {} could not be removed", what, why);
  return fmt::format("None of the {} {}s that were {} could be removed", count, what, why);
}

/// Says why a sweep could do nothing, in one sentence.
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

/// The members of every answer of a sweep.
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

http::Response short_answer(unsigned status, const json::object& body) {
  http::Response response;
  response.status = status;
  response.body = base::json_text(body);
  return response;
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
  return short_answer(404, body);
}

std::string_view to_string(sweep::Activity activity) {
  switch (activity) {
    case sweep::Activity::idle: return "idle";
    case sweep::Activity::scanning: return "scanning";
    case sweep::Activity::removing: return "removing";
  }
  return "unknown";
}

/// How far the sweep that is under way has come, or what the last one came to.
json::object progress_of(const sweep::SweepProgress& progress) {
  json::object sweep;
  sweep.emplace("state", to_string(progress.activity));
  sweep.emplace("scanned", progress.scanned);
  sweep.emplace("removed", progress.removed);
  sweep.emplace("freed_bytes", progress.freed_bytes);
  return sweep;
}

json::object statistics(const sweep::Storage& storage, const StatsSource& source) {
  const ConfiguredLimits& limits = source.limits;
  json::object stats;
  stats.emplace("total_files", storage.files);
  stats.emplace("total_size_mb", round2(base::to_mebibytes(storage.bytes)));
  stats.emplace("oldest_file_age_hours", age_hours(storage.oldest, source.now));
  stats.emplace("newest_file_age_hours", age_hours(storage.newest, source.now));
  stats.emplace("max_age_hours", base::as_given(limits.max_age_hours));
  stats.emplace("max_size_mb", base::as_given(limits.max_size_mb));
  stats.emplace("usage_percent", round2(100 * usage_ratio(storage, limits)));
  stats.emplace("total_allocated_bytes", storage.allocated_bytes);
  stats.emplace("future_files", storage.future_files);
  stats.emplace("chart_sets", storage.sets);
  stats.emplace("cleanup_enabled", limits.cleanup_enabled);
  stats.emplace("cleanup_interval_minutes", base::as_given(limits.cleanup_interval_minutes));
  stats.emplace("volume_free_mb", storage.free_bytes ? json::value(round2(base::to_mebibytes(*storage.free_bytes)))
                                                     : json::value(nullptr));
  stats.emplace("volume_free_inodes", storage.free_inodes ? json::value(*storage.free_inodes) : json::value(nullptr));
  stats.emplace("no_gain_until",
                storage.no_gain_until ? json::value(base::rfc3339(*storage.no_gain_until)) : json::value(nullptr));
  stats.emplace("scanned_at", base::rfc3339(storage.as_of));
  stats.emplace("complete", storage.only_counted == 0);
  stats.emplace("lower_bound", storage.unreadable != 0);
  stats.emplace("unreadable_directories", storage.unreadable);
  stats.emplace("watched", storage.watched);
  stats.emplace("sweep", progress_of(source.progress));
  stats.emplace("status", to_string(source.assessment.status));
  stats.emplace("problems", problems_json(source.assessment));
  return stats;
}

}  // namespace

double usage_ratio(const sweep::Storage& storage, const ConfiguredLimits& limits) {
  return base::to_mebibytes(storage.bytes) / limits.max_size_mb;
}

std::string stats_body(const StatsSource& source) {
  json::object stats = statistics(source.storage != nullptr ? *source.storage : sweep::Storage{}, source);
  if (source.storage == nullptr) {
    for (const std::string_view figure : {"total_files", "total_size_mb", "usage_percent", "total_allocated_bytes",
                                          "future_files", "chart_sets", "scanned_at", "unreadable_directories"})
      stats[figure] = nullptr;
    stats["complete"] = false;
  }
  json::object body;
  body.emplace("success", true);
  body.emplace("stats", std::move(stats));
  return base::json_text(body);
}

http::Response sweep_answer(std::shared_ptr<const sweep::Report> shared_report) {
  const sweep::Report& report = *shared_report;
  if (report.stopped)
    return http::problem(503, fmt::format("chart-reaper is shutting down and ended the sweep early; {} charts were "
                                          "removed.",
                                          report.request.dry_run == sweep::DryRun::yes ? 0 : report.files_removed));
  // An unreadable set is not an empty one: the answer must not say that its charts are gone.
  if (report.nothing_could_be_done()) return short_answer(503, body_of(report));
  if (report.request.scope == sweep::Scope::set && !report.found) return nothing_found(report);
  if (report.request.dry_run == sweep::DryRun::yes) return dry_run_answer(std::move(shared_report));
  return short_answer(200, body_of(report));
}

}  // namespace reaper::api
