#include "assessment/problem.hpp"

#include <algorithm>
#include <cstddef>

namespace reaper::assessment {
namespace {

/// The texts of one code.
struct Text {
  Code code;
  std::string_view name;
  std::string_view title;
  std::string_view end_title;
};

constexpr std::array k_texts{
    Text{Code::root_unusable, "root_unusable", "Chart directory cannot be used", "Chart directory can be used again"},
    Text{Code::hung, "hung", "Chart directory does not answer", "Chart directory answers again"},
    Text{Code::removal_failing, "removal_failing", "Charts cannot be removed", "Charts can be removed again"},
    Text{Code::over_limit, "over_limit", "Chart storage above the limit", "Chart storage below the limit again"},
    Text{Code::limit_unreachable, "limit_unreachable", "Chart storage cannot be brought below the limit",
         "Chart storage can be brought below the limit again"},
    Text{Code::only_young_charts, "only_young_charts",
         "The volume is nearly full and all charts are younger than CHART_MIN_AGE_SECONDS",
         "The volume has room again, or charts that are old enough to remove"},
    Text{Code::no_gain, "no_gain", "Removing charts does not free space on the volume",
         "Charts are removed for free space again"},
    Text{Code::low_space, "low_space", "The volume is low on free space", "The volume has enough free space again"},
    Text{Code::low_inodes, "low_inodes", "The volume is low on free inodes", "The volume has enough free inodes again"},
    Text{Code::usage_critical, "usage_critical", "Chart storage above 95 % of the limit",
         "Chart storage below 80 % of the limit again"},
    Text{Code::usage_high, "usage_high", "Chart storage above 80 % of the limit",
         "Chart storage below 80 % of the limit again"},
    Text{Code::many_errors, "many_errors", "More than 5 errors in one chart cleanup",
         "No more than 5 errors in the last chart cleanup"},
    Text{Code::retention_short, "retention_short", "Charts are removed long before their maximum age",
         "Charts live long enough again"},
    Text{Code::unreadable, "unreadable", "Directories cannot be read", "All directories can be read again"},
    Text{Code::clock_untrusted, "clock_untrusted", "Charts do not expire by age", "Charts expire by age again"},
    Text{Code::cleanup_disabled, "cleanup_disabled", "Automatic cleanup is off", "Automatic cleanup is on again"},
    Text{Code::settings_conflict, "settings_conflict", "Settings conflict", "Settings no longer conflict"},
    Text{Code::memory_short, "memory_short", "Memory limit is too small for all charts",
         "Memory limit is large enough for all charts again"},
    Text{Code::other_cleaner, "other_cleaner", "Charts are removed by another program",
         "Charts are no longer removed by another program"},
    Text{Code::other_reaper, "other_reaper", "Another process holds the lock of the chart directory",
         "No other process holds the lock of the chart directory any more"},
    Text{Code::future_times, "future_times", "Charts have times in the future",
         "No chart has a time in the future any more"},
    Text{Code::weaker_protection, "weaker_protection", "Charts are removed without leases",
         "Charts are removed under leases again"},
    Text{Code::not_watched, "not_watched", "Chart directory is not watched", "Chart directory can be watched again"},
    Text{Code::figures_partial, "figures_partial", "Figures are not complete", "Figures are complete"},
};
static_assert(std::ranges::equal(k_texts, k_codes, {}, &Text::code), "each code is at the place of its number");

const Text& text_of(Code code) { return k_texts[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view to_string(Code code) { return text_of(code).name; }

std::string_view title(Code code) { return text_of(code).title; }

std::string_view end_title(Code code) { return text_of(code).end_title; }

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
