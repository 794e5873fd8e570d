#include "api/statistics_json.hpp"

#include "api/assessment_json.hpp"
#include "api/limit_figures.hpp"
#include "base/json_number.hpp"
#include "base/json_optional.hpp"
#include "base/json_text.hpp"
#include "base/size.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

namespace reaper::api {
namespace {

namespace json = boost::json;

/// Rounds like the original service.
double round2(double value) { return base::rounded(value, 2); }

json::value age_hours(const std::optional<base::FileTime>& time, base::FileTime now) {
  if (!time) return nullptr;
  return round2(base::to_hours(now - *time));
}

std::string_view to_string(sweep::Activity activity) {
  switch (activity) {
    case sweep::Activity::idle: return "idle";
    case sweep::Activity::scanning: return "scanning";
    case sweep::Activity::removing: return "removing";
  }
  return "unknown";
}

/// Returns the progress of the running sweep, or the final state of the last one.
json::object progress_of(const sweep::SweepProgress& progress) {
  json::object sweep;
  sweep.emplace("state", to_string(progress.activity));
  sweep.emplace("scanned", progress.scanned);
  sweep.emplace("removed", progress.removed);
  sweep.emplace("freed_bytes", progress.freed_bytes);
  return sweep;
}

json::object statistics(const StatsSource& source) {
  const bool is_known = source.storage != nullptr;
  const sweep::Storage storage = is_known ? *source.storage : sweep::Storage{};
  const auto figure = [is_known](const auto& value) { return is_known ? json::value(value) : json::value(nullptr); };
  const ConfiguredLimits& limits = source.limits;
  json::object stats;
  stats.emplace("total_files", figure(storage.files));
  stats.emplace("total_size_mb", figure(round2(base::to_mebibytes(storage.bytes))));
  stats.emplace("oldest_file_age_hours", age_hours(storage.oldest, source.now));
  stats.emplace("newest_file_age_hours", age_hours(storage.newest, source.now));
  stats.emplace("max_age_hours", base::as_given(limits.max_age_hours));
  stats.emplace("max_size_mb", base::as_given(limits.max_size_mb));
  stats.emplace("usage_percent", figure(round2(100 * usage_ratio(storage, source.limit_bytes))));
  stats.emplace("limit_bytes", source.limit_bytes);
  stats.emplace("total_allocated_bytes", figure(storage.allocated_bytes));
  stats.emplace("future_files", figure(storage.future_files));
  stats.emplace("chart_sets", figure(storage.sets));
  stats.emplace("cleanup_enabled", limits.cleanup_enabled);
  stats.emplace("cleanup_interval_minutes", base::as_given(limits.cleanup_interval_minutes));
  stats.emplace("volume_free_mb", storage.free_bytes ? json::value(round2(base::to_mebibytes(*storage.free_bytes)))
                                                     : json::value(nullptr));
  stats.emplace("volume_free_inodes", base::json_or_null(storage.free_inodes));
  stats.emplace("no_gain_until",
                storage.no_gain_until ? json::value(base::rfc3339(*storage.no_gain_until)) : json::value(nullptr));
  stats.emplace("scanned_at", figure(base::rfc3339(storage.scanned_at())));
  stats.emplace("complete", is_known && storage.only_counted == 0);
  stats.emplace("lower_bound", storage.unreadable != 0);
  stats.emplace("unreadable_directories", figure(storage.unreadable));
  stats.emplace("watched", storage.watched);
  stats.emplace("role", volume::to_string(source.role));
  stats.emplace("sweep", progress_of(source.progress));
  stats.emplace("status", to_string(source.assessment.status));
  stats.emplace("problems", problems_json(source.assessment));
  return stats;
}

}  // namespace

std::string stats_body(const StatsSource& source) {
  json::object body;
  body.emplace("success", true);
  body.emplace("stats", statistics(source));
  return base::json_text(body);
}

}  // namespace reaper::api
