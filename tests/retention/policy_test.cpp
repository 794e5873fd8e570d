#include "retention/policy.hpp"
#include "charts/reading.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using reaper::base::FileTime;
using reaper::charts::Catalog;
using reaper::charts::ChartState;
using reaper::charts::DirectoryIndex;
using reaper::retention::AgeRule;
using reaper::retention::Limits;
using reaper::retention::long_empty_sets;
using reaper::retention::next_removal_for_room;
using reaper::retention::plan_retention;
using reaper::retention::Reason;
using reaper::retention::Removal;
using reaper::retention::SpaceDemand;
using reaper::retention::still_removable;

namespace {

constexpr FileTime k_now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

/// A test chart: `directory/name`, its age at k_now and its size.
struct Given {
  std::string directory;
  std::string name;
  std::chrono::nanoseconds age;
  std::uint64_t bytes = 100;
};

ChartState state_of(const Given& given) {
  return {.fingerprint = {.size_bytes = given.bytes, .modified_ns = (k_now - given.age).time_since_epoch().count()},
          .counted_bytes = given.bytes,
          .allocated_bytes = given.bytes,
          .linked = false};
}

SpaceDemand wanting(std::uint64_t bytes, std::uint64_t inodes = 0) { return {.room = {bytes, inodes}}; }

void fill(Catalog& catalog, const std::vector<Given>& charts) {
  for (const Given& given : charts) catalog.put(catalog.put_directory(given.directory), given.name, state_of(given));
}

/// Returns the plan as text: `expired A_1d/x.png`.
std::vector<std::string> words(const std::vector<Removal>& plan) {
  std::vector<std::string> lines;
  for (const Removal& removal : plan)
    lines.push_back(std::string(to_string(removal.reason)) + " " + removal.chart.path());
  return lines;
}

std::vector<std::string> planned(const std::vector<Given>& charts, const Limits& limits,
                                 std::uint64_t wanted_bytes = 0) {
  Catalog catalog;
  fill(catalog, charts);
  return words(plan_retention(catalog, limits, {.now = k_now, .demand = wanting(wanted_bytes)}));
}

constexpr Limits k_limits{.max_age = 24h, .max_size_bytes = 1000, .min_age = 60s};
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the retention plan") {
  struct Case {
    const char* behaviour;
    Limits limits;
    std::vector<Given> charts;
    Lines plan;
  };
  const Limits size_only{.max_age = 9999h, .max_size_bytes = 250, .min_age = 60s};
  const std::vector<Case> cases{
      {"removes nothing from an empty volume", k_limits, {}, {}},
      {"keeps a chart exactly max_age old", k_limits, {{"A_1d", "x", 24h}}, {}},
      {"removes a chart a nanosecond older than max_age", k_limits, {{"A_1d", "x", 24h + 1ns}}, {"expired A_1d/x"}},
      {"removes expired charts oldest first",
       k_limits,
       {{"A_1d", "new", 25h}, {"A_1d", "old", 50h}, {"B_1d", "mid", 30h}},
       {"expired A_1d/old", "expired B_1d/mid", "expired A_1d/new"}},
      {"keeps everything when exactly at the limit", size_only, {{"A_1d", "x", 2h, 125}, {"A_1d", "y", 3h, 125}}, {}},
      {"removes the oldest when over the limit",
       size_only,
       {{"A_1d", "x", 2h}, {"A_1d", "y", 3h}, {"A_1d", "z", 1h}},
       {"over_limit A_1d/y"}},
      {"removes only as many charts as needed",
       size_only,
       {{"A_1d", "a", 5h, 10}, {"A_1d", "b", 4h, 10}, {"A_1d", "c", 3h, 240}},
       {"over_limit A_1d/a"}},
      {"orders equal times by path",
       size_only,
       {{"B_1d", "x", 2h}, {"A_1d", "y", 2h}, {"A_1d", "x", 2h}, {"A-_1d", "x", 2h}},
       {"over_limit A-_1d/x", "over_limit A_1d/x"}},
      {"does not count expired charts in the size rule",
       {.max_age = 24h, .max_size_bytes = 250, .min_age = 60s},
       {{"A_1d", "x", 2h}, {"A_1d", "y", 3h}, {"A_1d", "z", 30h}},
       {"expired A_1d/z"}},
      {"removes the only chart if it alone is over the limit",
       size_only,
       {{"A_1d", "x", 2h, 300}},
       {"over_limit A_1d/x"}},
      {"keeps young charts even over the limit",
       size_only,
       {{"A_1d", "x", 59s, 300}, {"A_1d", "y", 61s, 10}},
       {"over_limit A_1d/y"}},
      {"may remove a chart exactly min_age old", size_only, {{"A_1d", "x", 60s, 300}}, {"over_limit A_1d/x"}},
      {"keeps a young chart that is also expired",
       {.max_age = 10s, .max_size_bytes = 1000, .min_age = 60s},
       {{"A_1d", "x", 30s}},
       {}},
      {"treats a chart from the future as young",
       size_only,
       {{"A_1d", "x", -1h, 300}, {"A_1d", "y", -87600h, 300}},
       {}},
      {"treats a chart from the future as young with min_age 0, too",
       {.max_age = 24h, .max_size_bytes = 250, .min_age = 0s},
       {{"A_1d", "x", -1ns, 300}},
       {}},
      {"removes charts from 1970 and before",
       k_limits,
       {{"A_1d", "epoch", k_now.time_since_epoch()}, {"A_1d", "before", k_now.time_since_epoch() + 1h}},
       {"expired A_1d/before", "expired A_1d/epoch"}},
      {"expires nothing while the age rule is suspended, but keeps the limit",
       {.max_age = 24h, .max_size_bytes = 250, .min_age = 60s, .age_rule = AgeRule::suspended},
       {{"A_1d", "x", 9000h}, {"A_1d", "y", 8000h}, {"A_1d", "z", 7000h}},
       {"over_limit A_1d/x"}},
      {"removes charts without a size by age only",
       {.max_age = 24h, .max_size_bytes = 1, .min_age = 60s},
       {{"A_1d", "x", 2h, 0}, {"A_1d", "y", 30h, 0}},
       {"expired A_1d/y"}},
  };
  for (const Case& example : cases) {
    INFO(example.behaviour);
    CHECK(planned(example.charts, example.limits) == example.plan);
  }
}

TEST_CASE("equal inputs in any order give equal plans") {
  std::vector<Given> charts;
  for (int i = 0; i < 50; ++i) charts.push_back({"A_1d", std::to_string(i), std::chrono::hours(i % 7), 20});
  const Limits limits{.max_age = 5h, .max_size_bytes = 500, .min_age = 60s};
  const Lines forward = planned(charts, limits);
  std::reverse(charts.begin(), charts.end());
  CHECK(planned(charts, limits) == forward);
  CHECK_FALSE(forward.empty());
}

TEST_CASE("a plan in parts removes the same charts as a whole plan, even if some charts stay") {
  Catalog catalog;
  std::vector<Given> charts;
  for (int i = 0; i < 40; ++i) charts.push_back({"A_1d", std::to_string(i), std::chrono::minutes(10 * i), 20});
  fill(catalog, charts);
  const Limits limits{.max_age = 5h, .max_size_bytes = 300, .min_age = 60s};
  const Lines whole = words(plan_retention(catalog, limits, {.now = k_now}));
  Lines parts;
  for (auto plan = plan_retention(catalog, limits, {.now = k_now, .max_charts = 3}); !plan.empty();
       plan = plan_retention(catalog, limits, {.now = k_now, .max_charts = 3})) {
    CHECK(plan.size() <= 3);
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const auto chart = catalog.find(catalog.find_directory("A_1d"), plan[i].chart.name);
      // Every second chart is in use and stays.
      i % 2 == 0 ? catalog.forget(chart) : catalog.exclude_from_plan(chart);
    }
    for (const std::string& line : words(plan)) parts.push_back(line);
  }
  CHECK(parts == whole);
}

TEST_CASE("charts are removed for free space after those over the limit, oldest first and never young ones") {
  const std::vector<Given> charts{{"A_1d", "a", 3h, 100}, {"A_1d", "b", 2h, 100}, {"A_1d", "young", 1s, 100}};
  CHECK(planned(charts, k_limits, 1) == Lines{"disk_pressure A_1d/a"});
  CHECK(planned(charts, k_limits, 100) == Lines{"disk_pressure A_1d/a"});
  CHECK(planned(charts, k_limits, 500) == Lines{"disk_pressure A_1d/a", "disk_pressure A_1d/b"});
  Limits small = k_limits;
  small.max_size_bytes = 250;
  CHECK(planned(charts, small, 150) == Lines{"over_limit A_1d/a", "disk_pressure A_1d/b"});
}

TEST_CASE("a chart that frees nothing useful is not removed for free space") {
  Catalog catalog;
  fill(catalog, {{"A_1d", "empty", 4h, 0}, {"A_1d", "b", 2h, 100}, {"A_1d", "c", 1h, 100}});
  ChartState linked = state_of({"A_1d", "linked", 3h, 100});
  linked.linked = true;
  catalog.put(catalog.find_directory("A_1d"), "linked", linked);
  const auto planned_for = [&](const SpaceDemand& demand) {
    return words(plan_retention(catalog, k_limits, {.now = k_now, .demand = demand}));
  };
  CHECK(planned_for(wanting(50)) == Lines{"disk_pressure A_1d/b"});
  CHECK(planned_for(wanting(0, 2)) == Lines{"disk_pressure A_1d/empty", "disk_pressure A_1d/b"});
}

TEST_CASE("for free space a chart counts by its allocated size, and for the limit by its size") {
  Catalog catalog;
  for (const char* name : {"a", "b", "c"}) {
    ChartState small = state_of({"A_1d", name, 2h, 200});
    small.allocated_bytes = 4096;
    catalog.put(catalog.put_directory("A_1d"), name, small);
  }
  CHECK(plan_retention(catalog, k_limits, {.now = k_now, .demand = wanting(4096)}).size() == 1);
  CHECK(plan_retention(catalog, k_limits, {.now = k_now, .demand = wanting(4097)}).size() == 2);
  Limits limits = k_limits;
  limits.max_size_bytes = 400;
  CHECK(plan_retention(catalog, limits, {.now = k_now}).size() == 1);
}

TEST_CASE("a try limits the charts removed for free space, and no others") {
  const std::vector<Given> charts{
      {"A_1d", "a", 30h}, {"A_1d", "b", 5h}, {"A_1d", "c", 4h}, {"A_1d", "d", 3h}, {"A_1d", "e", 2h}};
  Catalog catalog;
  fill(catalog, charts);
  Limits limits = k_limits;
  limits.max_size_bytes = 350;
  const SpaceDemand demand{.room = {1000, 0}, .max_charts = 2};
  CHECK(words(plan_retention(catalog, limits, {.now = k_now, .demand = demand})) ==
        Lines{"expired A_1d/a", "over_limit A_1d/b", "disk_pressure A_1d/c", "disk_pressure A_1d/d"});
}

TEST_CASE("charts without any size do not delay those over the limit") {
  Limits limits = k_limits;
  limits.max_size_bytes = 250;
  std::vector<Given> charts{{"A_1d", "x", 2h, 200}, {"A_1d", "y", 1h, 200}};
  for (int i = 0; i < 20; ++i) charts.push_back({"A_1d", "empty" + std::to_string(i), 3h, 0});
  CHECK(planned(charts, limits) == Lines{"over_limit A_1d/x"});
}

TEST_CASE("the next removal for room is that of the first chart that frees any") {
  Catalog catalog;
  const Limits small{.max_age = 24h, .max_size_bytes = 150, .min_age = 60s};
  fill(catalog, {{"A_1d", "empty", 3h, 0}, {"A_1d", "x", 20s, 100}, {"A_1d", "y", 10s, 100}});
  CHECK(next_removal_for_room(catalog, small, {.now = k_now}) == k_now + 40s);
  CHECK(next_removal_for_room(catalog, small, {.now = k_now, .demand = wanting(0, 1)}) == k_now);
  Catalog empty;
  fill(empty, {{"A_1d", "empty", 3h, 0}});
  CHECK_FALSE(next_removal_for_room(empty, small, {.now = k_now, .demand = wanting(1)}));
}

TEST_CASE("young charts that keep the size above the limit are known") {
  const Limits small{.max_age = 24h, .max_size_bytes = 250, .min_age = 60s};
  Catalog catalog;
  fill(catalog, {{"A_1d", "young", 10s, 400}, {"A_1d", "younger", 5s, 400}, {"A_1d", "x", 2h, 10}});
  const auto young = reaper::retention::young_over_limit(catalog, small, k_now, 800);
  REQUIRE(young.size() == 2);
  CHECK(catalog.name(catalog.chart(young[0])) == "younger");
  CHECK(catalog.name(catalog.chart(young[1])) == "young");
  CHECK(reaper::retention::young_over_limit(catalog, small, k_now, 250).empty());
}

TEST_CASE("the next removal for room is now, later, or never") {
  Catalog catalog;
  const Limits small{.max_age = 24h, .max_size_bytes = 250, .min_age = 60s};
  CHECK_FALSE(next_removal_for_room(catalog, small, {.now = k_now, .demand = wanting(5)}));
  fill(catalog, {{"A_1d", "x", 20s, 200}});
  CHECK_FALSE(next_removal_for_room(catalog, small, {.now = k_now}));
  CHECK(next_removal_for_room(catalog, small, {.now = k_now, .demand = wanting(5)}) == k_now + 40s);
  fill(catalog, {{"A_1d", "y", 10s, 200}});
  CHECK(next_removal_for_room(catalog, small, {.now = k_now}) == k_now + 40s);
  fill(catalog, {{"A_1d", "z", 2h, 1}});
  CHECK(next_removal_for_room(catalog, small, {.now = k_now}) == k_now);
}

TEST_CASE("empty chart sets are removed after max_age, other directories never") {
  struct Case {
    const char* path;
    std::chrono::nanoseconds age;
    bool goes;
  };
  const auto example = GENERATE(Case{"A_1d", 25h, true}, Case{"A_1d", 24h, false}, Case{"A_1d", -1h, false},
                                Case{"deep/NIFTY 50_1day", 25h, true}, Case{"logs", 25h, false},
                                Case{"_1d", 25h, false}, Case{"", 25h, false});
  Catalog catalog;
  catalog.set_modified(catalog.put_directory(example.path), (k_now - example.age).time_since_epoch().count());
  INFO(example.path);
  CHECK(long_empty_sets(catalog, k_limits, k_now).size() == (example.goes ? 1 : 0));
}

TEST_CASE("a chart set with any content, or that was not checked, is not empty") {
  Catalog catalog;
  const DirectoryIndex index = catalog.put_directory("A_1d");
  catalog.set_modified(index, (k_now - 48h).time_since_epoch().count());
  REQUIRE(long_empty_sets(catalog, k_limits, k_now).size() == 1);
  SECTION("another file") { catalog.add_other(index); }
  SECTION("a directory") {
    reaper::charts::Reading reading(catalog, index);
    reading.add_subdirectories(1);
    reading.finish();
  }
  SECTION("a chart") { fill(catalog, {{"A_1d", "x", 1h}}); }
  SECTION("something unreadable") { catalog.mark_incomplete(index); }
  SECTION("not checked yet") { catalog.set_modified(index, reaper::charts::k_not_looked_at); }
  CHECK(long_empty_sets(catalog, k_limits, k_now).empty());
}

TEST_CASE("no directory is removed while the clock is not trusted") {
  Catalog catalog;
  catalog.set_modified(catalog.put_directory("A_1d"), (k_now - 48h).time_since_epoch().count());
  Limits limits = k_limits;
  limits.age_rule = AgeRule::suspended;
  CHECK(long_empty_sets(catalog, limits, k_now).empty());
}

TEST_CASE("before the plan a chart is only removed by its age") {
  CHECK(reaper::retention::reason_before_plan(k_now - 25h, k_limits, k_now) == Reason::expired);
  CHECK_FALSE(reaper::retention::reason_before_plan(k_now - 24h, k_limits, k_now).has_value());
  Limits limits = k_limits;
  limits.max_size_bytes = 0;
  CHECK_FALSE(reaper::retention::reason_before_plan(k_now - 24h, limits, k_now).has_value());
  limits.age_rule = AgeRule::suspended;
  CHECK_FALSE(reaper::retention::reason_before_plan(k_now - 25h, limits, k_now).has_value());
}

TEST_CASE("a chart is judged again with the current time") {
  const FileTime modified = k_now - 25h;
  CHECK(still_removable(modified, Reason::expired, k_limits, k_now));
  CHECK_FALSE(still_removable(modified, Reason::expired, k_limits, k_now - 2h));
  CHECK(still_removable(modified, Reason::over_limit, k_limits, k_now - 24h));
  CHECK_FALSE(still_removable(modified, Reason::over_limit, k_limits, k_now - 25h));
  CHECK_FALSE(still_removable(modified, Reason::disk_pressure, k_limits, k_now - 25h));
  CHECK(still_removable(modified, Reason::requested, k_limits, k_now - 9999h));
}
