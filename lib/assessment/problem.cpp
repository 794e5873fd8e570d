#include "assessment/problem.hpp"

namespace reaper::assessment {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::root_unusable: return "root_unusable";
    case Code::hung: return "hung";
    case Code::removal_failing: return "removal_failing";
    case Code::over_limit: return "over_limit";
    case Code::limit_unreachable: return "limit_unreachable";
    case Code::only_young_charts: return "only_young_charts";
    case Code::no_gain: return "no_gain";
    case Code::low_space: return "low_space";
    case Code::low_inodes: return "low_inodes";
    case Code::usage_critical: return "usage_critical";
    case Code::usage_high: return "usage_high";
    case Code::many_errors: return "many_errors";
    case Code::retention_short: return "retention_short";
    case Code::unreadable: return "unreadable";
    case Code::clock_untrusted: return "clock_untrusted";
    case Code::cleanup_disabled: return "cleanup_disabled";
    case Code::settings_conflict: return "settings_conflict";
    case Code::memory_short: return "memory_short";
    case Code::other_cleaner: return "other_cleaner";
    case Code::future_times: return "future_times";
    case Code::weaker_protection: return "weaker_protection";
    case Code::not_watched: return "not_watched";
    case Code::figures_partial: return "figures_partial";
  }
  return "unknown";
}

std::string_view title(Code code) {
  switch (code) {
    case Code::root_unusable: return "Chart directory cannot be used";
    case Code::hung: return "Chart directory does not answer";
    case Code::removal_failing: return "Charts cannot be removed";
    case Code::over_limit: return "Chart storage above the limit";
    case Code::limit_unreachable: return "Chart storage cannot be brought below the limit";
    case Code::only_young_charts:
      return "The volume is nearly full and all charts are younger than CHART_MIN_AGE_SECONDS";
    case Code::no_gain: return "Removing charts does not free space on the volume";
    case Code::low_space: return "The volume is low on free space";
    case Code::low_inodes: return "The volume is low on free inodes";
    case Code::usage_critical: return "Chart storage above 95 % of the limit";
    case Code::usage_high: return "Chart storage above 80 % of the limit";
    case Code::many_errors: return "More than 5 errors in one chart cleanup";
    case Code::retention_short: return "Charts are removed long before their maximum age";
    case Code::unreadable: return "Directories cannot be read";
    case Code::clock_untrusted: return "Charts do not expire by age";
    case Code::cleanup_disabled: return "Automatic cleanup is off";
    case Code::settings_conflict: return "Settings conflict";
    case Code::memory_short: return "Memory limit is too small for all charts";
    case Code::other_cleaner: return "Charts are removed by another program";
    case Code::future_times: return "Charts have times in the future";
    case Code::weaker_protection: return "Charts are removed without leases";
    case Code::not_watched: return "Chart directory is not watched";
    case Code::figures_partial: return "Figures are not complete";
  }
  return "Unknown problem";
}

std::string_view end_title(Code code) {
  switch (code) {
    case Code::root_unusable: return "Chart directory can be used again";
    case Code::hung: return "Chart directory answers again";
    case Code::removal_failing: return "Charts can be removed again";
    case Code::over_limit: return "Chart storage below the limit again";
    case Code::limit_unreachable: return "Chart storage can be brought below the limit again";
    case Code::only_young_charts: return "The volume has room again, or charts that are old enough to go";
    case Code::no_gain: return "Charts go for free space again";
    case Code::low_space: return "The volume has enough free space again";
    case Code::low_inodes: return "The volume has enough free inodes again";
    case Code::usage_critical:
    case Code::usage_high: return "Chart storage below 80 % of the limit again";
    case Code::many_errors: return "No more than 5 errors in the last chart cleanup";
    case Code::retention_short: return "Charts live long enough again";
    case Code::unreadable: return "All directories can be read again";
    case Code::clock_untrusted: return "Charts expire by age again";
    case Code::cleanup_disabled: return "Automatic cleanup is on again";
    case Code::settings_conflict: return "Settings do not conflict any more";
    case Code::memory_short: return "Memory limit is large enough for all charts again";
    case Code::other_cleaner: return "Charts are no longer removed by another program";
    case Code::future_times: return "No chart has a time in the future any more";
    case Code::weaker_protection: return "Charts are removed under leases again";
    case Code::not_watched: return "Chart directory can be watched again";
    case Code::figures_partial: return "Figures are complete";
  }
  return "Unknown problem is over";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::critical: return "critical";
  }
  return "unknown";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok: return "ok";
    case Status::limited: return "limited";
    case Status::failing: return "failing";
  }
  return "unknown";
}

}  // namespace reaper::assessment
