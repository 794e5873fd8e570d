#include "api/history_wire.hpp"

#include "base/json_number.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"
#include "base/size.hpp"
#include "retention/policy.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cmath>

namespace reaper::api {
namespace {

namespace json = boost::json;
using std::chrono::nanoseconds;

template <class Member>
json::object by_reason(const sweep::SweepRecord& record, Member member) {
  json::object object;
  for (std::size_t i = 0; i < retention::k_reasons.size(); ++i)
    object.emplace(to_string(retention::k_reasons[i]), record.by_reason[i].*member);
  return object;
}

json::object sweep_entry(const sweep::SweepRecord& record) {
  json::object entry;
  entry.emplace("started", base::rfc3339(record.started));
  entry.emplace("duration_seconds", base::rounded(std::chrono::duration<double>(record.duration).count(), 3));
  entry.emplace("trigger", to_string(record.trigger));
  entry.emplace("scope", to_string(record.scope));
  entry.emplace("full_scan", record.full_scan);
  entry.emplace("charts_seen", record.charts_seen);
  entry.emplace("files_removed", record.files_removed);
  entry.emplace("directories_removed", record.directories_removed);
  entry.emplace("bytes_freed", record.bytes_freed);
  entry.emplace("removed_by_reason", by_reason(record, &sweep::ReasonTotals::files));
  entry.emplace("freed_by_reason", by_reason(record, &sweep::ReasonTotals::bytes));
  entry.emplace("skipped", record.skipped);
  entry.emplace("errors", record.errors);
  entry.emplace("age_rule_suspended", record.age_rule_suspended);
  entry.emplace("stopped", record.stopped);
  entry.emplace("problem", record.problem ? json::value(base::printable(*record.problem)) : json::value(nullptr));
  entry.emplace("bytes_left", record.bytes_left ? json::value(*record.bytes_left) : json::value(nullptr));
  return entry;
}

json::value next_sweep(const sweep::History& history, const GivenLimits& limits) {
  if (!limits.cleanup_enabled || !history.last_timed_end()) return nullptr;
  const nanoseconds interval(std::llround(limits.cleanup_interval_minutes * 60e9));
  return json::value(base::rfc3339(*history.last_timed_end() + interval));
}

}  // namespace

std::string sweeps_body(const sweep::History& history, const GivenLimits& limits, const std::vector<Pause>& pauses) {
  json::array paused;
  for (const Pause pause : pauses) paused.emplace_back(to_string(pause));
  json::array sweeps;
  for (auto record = history.sweeps().rbegin(); record != history.sweeps().rend(); ++record)
    sweeps.push_back(sweep_entry(*record));
  json::object body;
  body.emplace("success", true);
  body.emplace("next_sweep", next_sweep(history, limits));
  body.emplace("paused", std::move(paused));
  body.emplace("sweeps", std::move(sweeps));
  return base::json_text(body);
}

std::string removals_body(const sweep::History& history, std::size_t limit) {
  json::array removals;
  for (auto record = history.removals().rbegin(); record != history.removals().rend(); ++record) {
    if (removals.size() == limit) break;
    json::object entry;
    entry.emplace("path", base::printable(record->chart.path));
    entry.emplace("size_bytes", record->chart.size_bytes);
    entry.emplace("age_hours", base::rounded(std::chrono::duration<double>(record->chart.age).count() / 3600, 2));
    entry.emplace("reason", to_string(record->chart.reason));
    entry.emplace("sweep", base::rfc3339(record->sweep_started));
    removals.push_back(std::move(entry));
  }
  json::object body;
  body.emplace("success", true);
  body.emplace("remembered", history.removals().size());
  body.emplace("removals", std::move(removals));
  return base::json_text(body);
}

std::string usage_body(const sweep::UsageTimeline& usage, const GivenLimits& limits) {
  json::array points;
  for (const sweep::UsagePoint& point : usage.points()) {
    json::object entry;
    entry.emplace("at", base::rfc3339(point.at));
    entry.emplace("size_bytes", point.bytes);
    entry.emplace("charts", point.files);
    points.push_back(std::move(entry));
  }
  json::object body;
  body.emplace("success", true);
  body.emplace("limit_bytes", std::llround(limits.max_size_mb * static_cast<double>(base::k_mebibyte)));
  body.emplace("points", std::move(points));
  return base::json_text(body);
}

}  // namespace reaper::api
