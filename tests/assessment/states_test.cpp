// Each state of the daemon as one row of a table: its problems, its status and the sentence of the worst problem.

#include "assessment/assess.hpp"
#include "support/catch.hpp"
#include "support/healthy_facts.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace reaper {
namespace {

using namespace assessment;
using namespace std::chrono_literals;
using base::k_mebibyte;
using test::codes_of;
using test::healthy_facts;
using test::use_percent;
using Codes = std::vector<std::string>;

/// One state of the daemon, and its expected assessment.
struct State {
  const char* name;
  std::function<void(Facts&)> change;
  Codes codes;
  Status status;
  const char* says;  ///< must be in the sentence of the worst problem
};

const std::vector<State> k_states{
    {"healthy", [](Facts&) {}, {}, Status::ok, ""},
    {"the root is missing",
     [](Facts& facts) {
       facts.charts.reset();
       facts.root_problem = "the chart directory cannot be used: open '/x': No such file or directory";
     },
     {"root_unusable"},
     Status::failing,
     "The chart directory cannot be used: open '/x': No such file or directory."},
    {"the root is read-only",
     [](Facts& facts) { facts.root_not_writable = "faccessat '/x': Read-only file system"; },
     {"root_unusable"},
     Status::failing,
     "faccessat '/x': Read-only file system"},
    {"the root is read-only, and cleanup is off",
     [](Facts& facts) {
       facts.root_not_writable = "faccessat '/x': Read-only file system";
       facts.settings.cleanup_enabled = false;
     },
     {"cleanup_disabled"},
     Status::limited,
     "on request only"},
    {"the volume hangs",
     [](Facts& facts) { facts.hang = "the worker has made no progress for more than 30 seconds"; },
     {"hung"},
     Status::failing,
     "The worker has made no progress"},
    {"no chart can be removed",
     [](Facts& facts) {
       facts.sweep->due = 12;
       facts.sweep->failed = 12;
       facts.sweep->errors = 12;
       facts.sweep->nothing_done = true;
       facts.sweep->first_error = "unlinkat 'A_1d/x.png': Permission denied";
     },
     {"removal_failing", "many_errors"},
     Status::failing,
     "None of the 12 due charts could be removed: unlinkat 'A_1d/x.png': Permission denied."},
    {"some charts cannot be removed",
     [](Facts& facts) {
       facts.sweep->due = 200;
       facts.sweep->failed = 2;
       facts.sweep->errors = 2;
       facts.sweep->first_error = "unlinkat 'A_1d/x.png': Operation not permitted";
     },
     {"removal_failing"},
     Status::limited,
     "2 of 200 due charts could not be removed: unlinkat"},
    {"five errors are few", [](Facts& facts) { facts.sweep->errors = 5; }, {}, Status::ok, ""},
    {"six errors are many",
     [](Facts& facts) { facts.sweep->errors = 6; },
     {"many_errors"},
     Status::limited,
     "6 errors"},
    {"over the limit with cleanup off",
     [](Facts& facts) {
       facts.settings.cleanup_enabled = false;
       facts.charts->bytes = 1310 * k_mebibyte;
     },
     {"over_limit", "usage_critical", "cleanup_disabled"},
     Status::failing,
     "Charts take 1310.00 MB, which is 131 % of the limit of 1000.00 MB, and automatic cleanup is off."},
    {"exactly 80 % is not high", [](Facts& facts) { facts.charts->bytes = 800 * k_mebibyte; }, {}, Status::ok, ""},
    {"above 80 %",
     [](Facts& facts) { facts.charts->bytes = 801 * k_mebibyte; },
     {"usage_high"},
     Status::limited,
     "80 % of the limit"},
    {"exactly 95 % is not critical",
     [](Facts& facts) { facts.charts->bytes = 950 * k_mebibyte; },
     {"usage_high"},
     Status::limited,
     "95 %"},
    {"above 95 %",
     [](Facts& facts) { facts.charts->bytes = 951 * k_mebibyte; },
     {"usage_critical"},
     Status::failing,
     "95 %"},
    {"at the limit, and charts live long enough",
     [](Facts& facts) {
       facts.charts->bytes = 999 * k_mebibyte;
       facts.room_removal = RoomRemoval{facts.now - 1min, 20h};
     },
     {"usage_critical"},
     Status::ok,
     "works as meant: the oldest charts are removed at an age of 20 hours"},
    {"charts live for five minutes",
     [](Facts& facts) {
       facts.charts->bytes = 999 * k_mebibyte;
       facts.room_removal = RoomRemoval{facts.now - 1min, 5min};
     },
     {"usage_critical", "retention_short"},
     Status::failing,
     "99"},
    {"charts lived for five minutes two days ago",
     [](Facts& facts) {
       facts.room_removal = RoomRemoval{facts.now - 48h, 5min};
     },
     {},
     Status::ok,
     ""},
    {"the first scan",
     [](Facts& facts) {
       facts.charts.reset();
       facts.sweep.reset();
       facts.charts_seen = 3826;
     },
     {"figures_partial"},
     Status::ok,
     "3826 charts so far"},
    {"unreadable sets",
     [](Facts& facts) {
       facts.charts->unreadable = 2000;
       facts.charts->unreadable_example = "open 'A_1d': Permission denied";
     },
     {"unreadable", "figures_partial"},
     Status::limited,
     "2000 directories cannot be read, so charts in them are not removed: open 'A_1d': Permission denied."},
    {"only young charts on a full volume",
     [](Facts& facts) {
       facts.volume.free_bytes = k_mebibyte;
       facts.volume.only_young = true;
     },
     {"only_young_charts"},
     Status::failing,
     "All charts are younger than 60 seconds"},
    {"removals free no space",
     [](Facts& facts) { facts.volume.no_gain_until = facts.now + 1min; },
     {"no_gain"},
     Status::limited,
     "did not free space"},
    {"the clock jumped",
     [](Facts& facts) { facts.sweep->age_rule_suspended = true; },
     {"clock_untrusted"},
     Status::limited,
     "The wall clock jumped"},
    {"the limit is above the volume",
     [](Facts& facts) { facts.volume.total_bytes = 500 * k_mebibyte; },
     {"settings_conflict"},
     Status::limited,
     "above the size of the volume (500.00 MB)"},
    {"the limit is above the declared size",
     [](Facts& facts) { facts.settings.declared_bytes = 900 * k_mebibyte; },
     {"settings_conflict"},
     Status::limited,
     "CHART_VOLUME_SIZE_MB (900.00 MB)"},
    {"blocks take more than the declared size",
     [](Facts& facts) {
       facts.settings.declared_bytes = 1000 * k_mebibyte;
       facts.charts->allocated_bytes = 1200 * k_mebibyte;
     },
     {"settings_conflict"},
     Status::limited,
     "Charts take 1200.00 MB in whole blocks"},
    {"the minimum age is above the maximum",
     [](Facts& facts) { facts.settings.min_age = 48h; },
     {"settings_conflict"},
     Status::limited,
     "CHART_MIN_AGE_SECONDS (2 days) is above CHART_MAX_AGE_HOURS (24 hours)"},
    {"a percentage of a volume for charts only", use_percent, {}, Status::ok, ""},
    {"a percentage of a volume with some other data",
     [](Facts& facts) {
       use_percent(facts);
       *facts.volume.free_bytes -= 800 * k_mebibyte;
     },
     {},
     Status::ok,
     ""},
    {"a percentage of a shared volume",
     [](Facts& facts) {
       use_percent(facts);
       *facts.volume.free_bytes -= 801 * k_mebibyte;
     },
     {"settings_conflict"},
     Status::limited,
     "The volume is shared with other data, which takes 801.00 MB. CHART_MAX_SIZE_PERCENT (10 %) counts the whole "
     "volume (8000.00 MB)."},
    {"a percentage of the declared part of a shared volume",
     [](Facts& facts) {
       use_percent(facts);
       facts.settings.declared_bytes = facts.settings.counted_volume_bytes = 8000 * k_mebibyte;
       facts.volume.free_bytes = 0;
     },
     {},
     Status::ok,
     ""},
    {"a shared volume without a percentage", [](Facts& facts) { facts.volume.free_bytes = 0; }, {}, Status::ok, ""},
    {"a percentage, and charts that cannot be read may be what takes the space",
     [](Facts& facts) {
       use_percent(facts);
       facts.volume.free_bytes = 0;
       facts.charts->unreadable = 1;
     },
     {"unreadable", "figures_partial"},
     Status::limited,
     "1 directory cannot be read"},
    {"a percentage, and the charts are only a part of the volume",
     [](Facts& facts) {
       use_percent(facts);
       facts.volume.is_whole = false;
     },
     {"settings_conflict"},
     Status::limited,
     "only a part of its volume, which other data may share. CHART_MAX_SIZE_PERCENT (10 %) counts the whole volume"},
    {"a percentage of a volume whose size is not known",
     [](Facts& facts) {
       use_percent(facts);
       facts.settings.counted_volume_bytes.reset();
       facts.settings.limit_bytes = 1000 * k_mebibyte;
     },
     {"settings_conflict"},
     Status::limited,
     "CHART_MAX_SIZE_PERCENT (10 %) cannot be applied, because the volume reports no size that can be trusted. The "
     "limit in "
     "force is CHART_MAX_SIZE_MB (1000.00 MB)."},
    {"a percentage while the root cannot be used",
     [](Facts& facts) {
       use_percent(facts);
       facts.settings.counted_volume_bytes.reset();
       facts.charts.reset();
       facts.root_problem = "the chart directory cannot be used";
     },
     {"root_unusable"},
     Status::failing,
     "cannot be used"},
    {"watches are not available",
     [](Facts& facts) {
       facts.charts->watched = false;
       facts.charts->why_not_watched = "inotify_add_watch: No space left on device";
     },
     {"not_watched"},
     Status::ok,
     "No space left on device"},
    {"only a full scan finds new charts",
     [](Facts& facts) {
       facts.charts->watched = false;
       facts.charts->why_not_watched = "inotify does not report changes by other machines on this kind of volume";
       facts.charts->shows_changes = false;
     },
     {"not_watched"},
     Status::ok,
     "This volume does not report changes, so new charts are counted at the next full scan."},
    {"only a full scan finds new charts, and watches are not wanted",
     [](Facts& facts) {
       facts.charts->watched = false;
       facts.settings.wants_watches = false;
       facts.charts->shows_changes = false;
     },
     {"not_watched"},
     Status::ok,
     "at the next full scan"},
    {"watches are not wanted",
     [](Facts& facts) {
       facts.charts->watched = false;
       facts.settings.wants_watches = false;
     },
     {},
     Status::ok,
     ""},
    {"charts from the future",
     [](Facts& facts) { facts.charts->future = 48; },
     {"future_times"},
     Status::limited,
     "48 charts had a time in the future"},
    {"too little memory",
     [](Facts& facts) { facts.charts->only_counted = 100; },
     {"memory_short"},
     Status::limited,
     "100 of 600 charts are only counted"},
    {"no leases",
     [](Facts& facts) { facts.sweep->without_lease = 7; },
     {"weaker_protection"},
     Status::ok,
     "7 charts without a lease"},
    {"a bucket",
     [](Facts& facts) { facts.sweep->only_compared = 7; },
     {"weaker_protection"},
     Status::ok,
     "7 charts from a bucket"},
    {"a few charts vanish", [](Facts& facts) { facts.day = {.removed = 0, .vanished = 4}; }, {}, Status::ok, ""},
    {"a tenth vanishes", [](Facts& facts) { facts.day = {.removed = 100, .vanished = 10}; }, {}, Status::ok, ""},
    {"more than a tenth vanishes",
     [](Facts& facts) { facts.day = {.removed = 100, .vanished = 11}; },
     {"other_cleaner"},
     Status::limited,
     "other programs removed 11 charts"},
};

TEST_CASE("judges each state, worst problem first") {
  for (const State& state : k_states) {
    Facts facts = healthy_facts();
    state.change(facts);
    const Assessment result = assess(facts, {});
    INFO(state.name);
    CHECK(codes_of(result) == state.codes);
    CHECK(result.status == state.status);
    if (!result.problems.empty()) {
      CAPTURE(result.problems.front().sentence);
      CHECK(result.problems.front().sentence.find(state.says) != std::string::npos);
      for (const Problem& problem : result.problems) CHECK_FALSE(problem.advice.empty());
    }
  }
}

}  // namespace
}  // namespace reaper
