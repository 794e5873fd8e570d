#include "api/history_json.hpp"

#include "api/long_answer.hpp"
#include "base/clock.hpp"
#include "base/json_number.hpp"
#include "base/json_optional.hpp"
#include "base/printable.hpp"
#include "retention/policy.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

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
  entry.emplace("sweeps_folded", record.sweeps_folded);
  entry.emplace("full_scan", record.full_scan);
  entry.emplace("charts_seen", record.charts_seen);
  entry.emplace("files_removed", record.files_removed);
  entry.emplace("directories_removed", record.directories_removed);
  entry.emplace("bytes_freed", record.bytes_freed);
  entry.emplace("removed_by_reason", by_reason(record, &sweep::ReasonTotals::files));
  entry.emplace("freed_by_reason", by_reason(record, &sweep::ReasonTotals::bytes));
  entry.emplace("skipped", record.skipped);
  entry.emplace("vanished", record.vanished);
  entry.emplace("errors", record.errors);
  entry.emplace("age_rule_suspended", record.age_rule_suspended);
  entry.emplace("stopped", record.stopped);
  entry.emplace("problem", base::json_or_null(record.problem));
  entry.emplace("bytes_left", base::json_or_null(record.bytes_left));
  return entry;
}

json::object removal_entry(const sweep::RemovalRecord& record) {
  json::object entry;
  entry.emplace("path", base::printable(record.chart.path));
  entry.emplace("size_bytes", record.chart.size_bytes);
  entry.emplace("age_hours", base::rounded(base::to_hours(record.chart.age), 2));
  entry.emplace("reason", to_string(record.chart.reason));
  entry.emplace("sweep", base::rfc3339(record.sweep_started));
  return entry;
}

json::object point_entry(const sweep::UsagePoint& point) {
  json::object entry;
  entry.emplace("at", base::rfc3339(point.at));
  entry.emplace("size_bytes", point.bytes);
  entry.emplace("charts", point.files);
  return entry;
}

json::value next_sweep(const sweep::History& history, const ConfiguredLimits& limits) {
  if (!limits.cleanup_enabled || !history.last_timed_end()) return nullptr;
  const nanoseconds interval(std::llround(limits.cleanup_interval_minutes * 60e9));
  return json::value(base::rfc3339(*history.last_timed_end() + interval));
}

}  // namespace

http::Response sweeps_answer(const sweep::History& history, const ConfiguredLimits& limits,
                             const std::vector<Pause>& pauses, std::size_t max) {
  json::array paused;
  for (const Pause pause : pauses) paused.emplace_back(to_string(pause));
  LongObject object;
  object.before = {{"success", true}, {"next_sweep", next_sweep(history, limits)}, {"paused", std::move(paused)}};
  object.name = "sweeps";
  std::vector<sweep::SweepRecord> sweeps = history.newest_sweeps(max);
  object.count = sweeps.size();
  object.entry = [sweeps = std::move(sweeps)](std::size_t position) {
    return json::value(sweep_entry(sweeps[position]));
  };
  return long_answer(std::move(object));
}

http::Response removals_answer(const sweep::History& history, std::size_t limit) {
  LongObject object;
  object.before = {{"success", true}, {"remembered", history.removals().size()}};
  object.name = "removals";
  object.count = std::min(history.removals().size(), limit);
  object.entry = [removals = history.snapshot_of_removals()](std::size_t position) {
    return json::value(removal_entry((*removals)[removals->size() - 1 - position]));
  };
  return long_answer(std::move(object));
}

http::Response usage_answer(const sweep::UsageTimeline& usage, std::uint64_t limit_bytes) {
  LongObject object;
  object.before = {{"success", true}, {"limit_bytes", limit_bytes}};
  object.name = "points";
  object.count = usage.points().size();
  object.entry = [points = usage.points()](std::size_t position) { return json::value(point_entry(points[position])); };
  return long_answer(std::move(object));
}

}  // namespace reaper::api
