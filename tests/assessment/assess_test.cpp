#include "assessment/assess.hpp"

#include "support/catch.hpp"
#include "support/healthy_facts.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace reaper {
namespace {

using namespace assessment;
using namespace std::chrono_literals;
using base::k_mebibyte;
using test::codes_of;
using test::healthy_facts;
using Codes = std::vector<std::string>;

/// Sets a percentage of the volume of 8000 MB as the limit, of which the charts and free space take all.
void use_percent(Facts& facts) {
  facts.settings.max_size_percent = 10;
  facts.settings.counted_volume_bytes = facts.volume.total_bytes;
  facts.settings.limit_bytes = 800 * k_mebibyte;
  facts.volume.free_bytes = 7600 * k_mebibyte;
}

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

TEST_CASE("every code has a name, a title and a place in the list") {
  std::set<std::string_view> names;
  std::set<std::string_view> titles;
  for (const Code code : k_codes) {
    names.insert(to_string(code));
    titles.insert(title(code));
  }
  CHECK(names.size() == k_codes.size());
  CHECK(titles.size() == k_codes.size());
  CHECK(std::ranges::is_sorted(k_codes));
  CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("usage above the limit is a problem once a burst cannot explain it") {
  Facts facts = healthy_facts();
  facts.charts->bytes = 1100 * k_mebibyte;
  facts.sweep->young = 20;
  Assessment assessment = assess(facts, {});
  CHECK(codes_of(assessment) == Codes{"usage_critical"});
  const base::FileTime began = facts.now;
  facts.now += 29s;
  facts.boot_now += 29s;
  assessment = assess(facts, assessment);
  CHECK(codes_of(assessment) == Codes{"usage_critical"});
  facts.now += 1s;
  facts.boot_now += 1s;
  assessment = assess(facts, assessment);
  CHECK(codes_of(assessment) == Codes{"over_limit", "limit_unreachable", "usage_critical"});
  CHECK(assessment.find(Code::over_limit)->since == began);

  SECTION("and ends at once when it no longer holds") {
    facts.charts->bytes = 900 * k_mebibyte;
    CHECK(codes_of(assess(facts, assessment)) == Codes{"usage_critical"});
  }
  SECTION("and has to last again after that") {
    facts.charts->bytes = 900 * k_mebibyte;
    assessment = assess(facts, assessment);
    facts.charts->bytes = 1100 * k_mebibyte;
    CHECK(codes_of(assess(facts, assessment)) == Codes{"usage_critical"});
  }
}

TEST_CASE("advice does not promise a removal that does not happen") {
  Facts facts = healthy_facts();
  facts.charts->bytes = 990 * k_mebibyte;
  CHECK(assess(facts, {}).problems.front().advice.find("The oldest charts are removed") != std::string::npos);
  facts.settings.cleanup_enabled = false;
  for (const Problem& problem : assess(facts, {}).problems)
    CHECK(problem.advice.find("The oldest charts are removed") == std::string::npos);
}

TEST_CASE("conflicts are one problem with the advice for each of them") {
  Facts facts = healthy_facts();
  use_percent(facts);
  facts.volume.is_whole = false;
  facts.settings.min_age = 48h;
  const Assessment both = assess(facts, {});
  REQUIRE(codes_of(both) == Codes{"settings_conflict"});
  for (const char* setting : {"CHART_MIN_AGE_SECONDS", "CHART_VOLUME_SIZE_MB"})
    CHECK(both.problems.front().advice.find(setting) != std::string::npos);
  facts.settings.min_age = 60s;
  CHECK(assess(facts, {}).problems.front().advice.find("CHART_MIN_AGE_SECONDS") == std::string::npos);
}

TEST_CASE("advice to raise the limit names the setting that it comes from") {
  Facts facts = healthy_facts();
  facts.charts->bytes = 1100 * k_mebibyte;
  facts.sweep->young = 1;
  facts.room_removal = RoomRemoval{.at = facts.now, .age = 1h};
  const Assessment at_once = assess(facts, {});
  facts.boot_now += 1h;
  for (const char* setting : {"CHART_MAX_SIZE_MB", "CHART_MAX_SIZE_PERCENT"}) {
    facts.settings.limit_setting = setting;
    const Assessment later = assess(facts, at_once);
    REQUIRE(codes_of(later) == Codes{"over_limit", "limit_unreachable", "usage_critical", "retention_short"});
    for (const Problem& problem : later.problems)
      CHECK(problem.advice.find(std::string("Raise ") + setting) != std::string::npos);
  }
}

TEST_CASE("a clock that is set back does not delay a problem") {
  Facts facts = healthy_facts();
  facts.charts->bytes = 1100 * k_mebibyte;
  const Assessment before = assess(facts, {});
  facts.now -= 24h;
  facts.boot_now += 30s;
  CHECK(assess(facts, before).find(Code::over_limit) != nullptr);
}

TEST_CASE("critical usage stays critical until it is below 80 %") {
  Facts facts = healthy_facts();
  facts.charts->bytes = 960 * k_mebibyte;
  Assessment assessment = assess(facts, {});
  CHECK(assessment.problems.front().severity == Severity::critical);
  const base::FileTime began = facts.now;
  for (const unsigned megabytes : {900U, 940U, 810U}) {
    facts.now += 1min;
    facts.charts->bytes = megabytes * k_mebibyte;
    assessment = assess(facts, assessment);
    CHECK(codes_of(assessment) == Codes{"usage_critical"});
    CHECK(assessment.problems.front().severity == Severity::warning);
    CHECK(assessment.problems.front().since == began);
  }
  facts.charts->bytes = 800 * k_mebibyte;
  assessment = assess(facts, assessment);
  CHECK(assessment.problems.empty());
  facts.charts->bytes = 900 * k_mebibyte;
  CHECK(codes_of(assess(facts, assessment)) == Codes{"usage_high"});
}

TEST_CASE("a full volume is a problem once sweeps have not helped") {
  Facts facts = healthy_facts();
  facts.volume.lacking = {.bytes = 10 * k_mebibyte, .inodes = 100};
  facts.volume.free_inodes = 900;
  const Assessment before = assess(facts, {});
  CHECK(before.problems.empty());
  facts.boot_now += 30s;
  CHECK(codes_of(assess(facts, before)) == Codes{"low_space", "low_inodes"});
}

TEST_CASE("a volume full of young charts stays one problem until it has room") {
  Facts facts = healthy_facts();
  facts.volume.lacking.bytes = k_mebibyte;
  facts.volume.only_young = true;
  Assessment assessment = assess(facts, {});
  CHECK(assessment.find(Code::only_young_charts) != nullptr);
  facts.volume.only_young = false;
  assessment = assess(facts, assessment);
  CHECK(assessment.find(Code::only_young_charts) != nullptr);
  facts.volume.lacking = {};
  CHECK(assess(facts, assessment).find(Code::only_young_charts) == nullptr);
}

TEST_CASE("reports which problems began and which ended") {
  Facts facts = healthy_facts();
  facts.settings.cleanup_enabled = false;
  const Assessment before = assess(facts, {});
  facts.settings.cleanup_enabled = true;
  facts.charts->future = 1;
  const Assessment after = assess(facts, before);
  REQUIRE(problems_only_in(after, before).size() == 1);
  CHECK(problems_only_in(after, before).front().code == Code::future_times);
  REQUIRE(problems_only_in(before, after).size() == 1);
  CHECK(problems_only_in(before, after).front().code == Code::cleanup_disabled);
}

TEST_CASE("equal facts give equal problems") {
  Facts facts = healthy_facts();
  facts.charts->bytes = 2000 * k_mebibyte;
  facts.sweep->errors = 9;
  facts.charts->future = 3;
  const Assessment once = assess(facts, {});
  const Assessment twice = assess(facts, {});
  CHECK(codes_of(once) == codes_of(twice));
}

}  // namespace
}  // namespace reaper
