#include "retention/explain.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace reaper;
using namespace reaper::retention;

namespace {

constexpr base::FileTime k_asked_at{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

struct Row {
  std::string what;
  std::chrono::nanoseconds age;
  std::uint64_t this_and_newer;
  AgeRule age_rule;
  Rule rule;
  std::optional<Reason> reason;
  std::optional<std::chrono::nanoseconds> due_in;
  std::uint64_t wanted = 0;
};

const std::vector<Row> k_rows{
    {"fresh", 2h, 100, AgeRule::on, Rule::within_limits, {}, 22h, 0},
    {"exactly the maximum age", 24h, 100, AgeRule::on, Rule::within_limits, {}, 0h},
    {"too old", 25h, 100, AgeRule::on, Rule::maximum_age, Reason::expired, -1h},
    {"too old, but ages cannot be trusted", 25h, 100, AgeRule::suspended, Rule::within_limits, {}, {}},
    {"too old and over the limit", 25h, 1001, AgeRule::on, Rule::maximum_age, Reason::expired, -25h + 60s},
    {"exactly at the limit", 2h, 1000, AgeRule::on, Rule::within_limits, {}, 22h},
    {"over the limit", 2h, 1001, AgeRule::on, Rule::maximum_size, Reason::over_limit, -2h + 60s},
    {"over the limit without ages", 2h, 1001, AgeRule::suspended, Rule::maximum_size, Reason::over_limit, -2h + 60s},
    {"young", 59s, 100, AgeRule::on, Rule::minimum_age, {}, 24h - 59s},
    {"young and over the limit", 59s, 1001, AgeRule::on, Rule::minimum_age, {}, 1s},
    {"exactly the minimum age", 60s, 1001, AgeRule::on, Rule::maximum_size, Reason::over_limit, 0s},
    {"no space on the volume", 2h, 100, AgeRule::on, Rule::free_space, Reason::disk_pressure, -2h + 60s, 1},
    {"young and no space", 59s, 100, AgeRule::on, Rule::minimum_age, {}, 1s, 1},
    {"too old and no space", 25h, 100, AgeRule::on, Rule::maximum_age, Reason::expired, -25h + 60s, 1},
    {"over the limit and no space", 2h, 1001, AgeRule::on, Rule::maximum_size, Reason::over_limit, -2h + 60s, 1},
    {"from the future", -1h, 1001, AgeRule::on, Rule::future, {}, 1h + 60s},
};

/// Returns the plan for this chart and a newer one that brings the total to `this_and_newer`.
std::vector<Removal> plan_for(const Row& row, const Limits& limits) {
  charts::Catalog catalog;
  const charts::DirectoryIndex set = catalog.put_directory("A_1d");
  charts::ChartState state;
  state.fingerprint.modified_ns = (k_asked_at - row.age).time_since_epoch().count();
  state.counted_bytes = state.allocated_bytes = 50;
  catalog.put(set, "x.png", state);
  state.fingerprint.modified_ns += 1;
  state.counted_bytes = state.allocated_bytes = row.this_and_newer - 50;
  catalog.put(set, "y.png", state);
  return plan_retention(catalog, limits, {.now = k_asked_at, .demand = {.room = {row.wanted, 0}}});
}

ChartFacts facts_of(const Row& row) {
  return {.size_bytes = 50,
          .room = {50, 1},
          .modified = k_asked_at - row.age,
          .this_and_newer_bytes = row.this_and_newer,
          .freed_before = {},
          .demand = {.room = {row.wanted, 0}}};
}

}  // namespace

TEST_CASE("each chart is explained by the rule that decides its fate") {
  for (const Row& row : k_rows) {
    INFO(row.what);
    const Limits limits{24h, 1000, 60s, row.age_rule};
    const Explanation told = explain(facts_of(row), limits, k_asked_at);
    CHECK(told.rule == row.rule);
    CHECK(told.reason == row.reason);
    CHECK(told.due.has_value() == row.due_in.has_value());
    if (told.due && row.due_in) CHECK(*told.due - k_asked_at == *row.due_in);
    CHECK(told.spare.has_value() == (row.this_and_newer <= 1000));
  }
}

TEST_CASE("an explanation agrees with the plan") {
  for (const Row& row : k_rows) {
    INFO(row.what);
    const Limits limits{24h, 1000, 60s, row.age_rule};
    const Explanation told = explain(facts_of(row), limits, k_asked_at);
    std::optional<Reason> planned;
    for (const Removal& removal : plan_for(row, limits))
      if (removal.chart.name == "x.png") planned = removal.reason;
    CHECK(planned == told.reason);
  }
}

TEST_CASE("space that older charts free is no longer demanded") {
  ChartFacts facts{.size_bytes = 50, .room = {50, 1}, .modified = k_asked_at - 1h, .this_and_newer_bytes = 400};
  facts.demand.room.bytes = facts.freed_before.bytes = 70;
  CHECK(explain(facts, {24h, 1000, 60s}, k_asked_at).rule == Rule::within_limits);
  facts.demand.room.bytes = 71;
  CHECK(explain(facts, {24h, 1000, 60s}, k_asked_at).rule == Rule::free_space);
  facts.room = {};
  CHECK(explain(facts, {24h, 1000, 60s}, k_asked_at).rule == Rule::within_limits);
}

TEST_CASE("while removals do not help, the oldest charts wait for the next try") {
  ChartFacts facts{.size_bytes = 50, .room = {50, 1}, .modified = k_asked_at - 1h, .this_and_newer_bytes = 400};
  facts.demand = {.room = {1000, 0}, .max_charts = 4};
  facts.no_gain_until = k_asked_at + 5min;
  Explanation told = explain(facts, {24h, 1000, 60s}, k_asked_at);
  CHECK(told.rule == Rule::no_gain);
  CHECK_FALSE(told.reason);
  CHECK(told.due == k_asked_at + 5min);
  facts.freed_before = {200, 4};
  told = explain(facts, {24h, 1000, 60s}, k_asked_at);
  CHECK(told.rule == Rule::within_limits);
  CHECK(told.due == k_asked_at + 23h);
}

TEST_CASE("a chart without any size is not explained by the limit") {
  const Explanation told = explain({.size_bytes = 0, .modified = k_asked_at - 1h, .this_and_newer_bytes = 2000},
                                   {24h, 1000, 60s}, k_asked_at);
  CHECK(told.rule == Rule::within_limits);
  CHECK_FALSE(told.spare);
}

TEST_CASE("the spare bytes are those that can still be written") {
  CHECK(explain({.size_bytes = 50, .modified = k_asked_at - 1h, .this_and_newer_bytes = 400}, {24h, 1000, 60s},
                k_asked_at)
            .spare == 600);
}
