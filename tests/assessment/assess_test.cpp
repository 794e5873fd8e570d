#include "assessment/assess.hpp"

#include "support/catch.hpp"
#include "support/healthy_facts.hpp"

#include <algorithm>
#include <set>

namespace reaper {
namespace {

using namespace assessment;
using namespace std::chrono_literals;
using base::k_mebibyte;
using test::codes_of;
using test::healthy_facts;
using test::use_percent;
using Codes = std::vector<std::string>;

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
