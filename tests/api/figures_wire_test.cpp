#include "api/figures_wire.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"

#include <boost/json/parse.hpp>

using namespace std::chrono_literals;
using namespace reaper;
using api::Query;

namespace {

constexpr base::FileTime k_now = test::FixedClock::k_now;

sweep::ChartFigures some_figures() {
  sweep::ChartFigures figures;
  figures.as_of = k_now;
  figures.sets = {{"A_1d", "A", "1d", {1, 300, k_now - 3h, k_now - 1h}},
                  {"B_1d", "B", "1d", {2, 100, k_now - 9h, k_now - 2h}},
                  {"B_1h", "B", "1h", {3, 300, k_now - 1h, k_now}}};
  figures.symbols = {{"A", 1, {1, 300, k_now - 3h, k_now - 1h}}, {"B", 2, {5, 400, k_now - 9h, k_now}}};
  figures.ages.step = 1h;
  figures.ages.steps[2] = {4, 500};
  figures.ages.older = {1, 9};
  return figures;
}

/// The paths on the page, joined; and the total.
std::string paths(const Query& query) {
  const auto body = boost::json::parse(api::sets_body(some_figures(), query));
  std::string joined;
  for (const auto& entry : body.at("sets").as_array()) joined += std::string(entry.at("path").as_string()) + " ";
  return joined + "of " + std::to_string(body.at("total").to_number<int>());
}

Query sorted_by(Query::Sort sort, Query::Order order) {
  Query query;
  query.sort = sort;
  query.order = order;
  return query;
}

}  // namespace

TEST_CASE("chart sets are sorted by what was asked for, and ties by their names") {
  using Sort = Query::Sort;
  constexpr auto k_up = Query::Order::ascending;
  constexpr auto k_down = Query::Order::descending;
  CHECK(paths(sorted_by(Sort::bytes, k_down)) == "A_1d B_1h B_1d of 3");
  CHECK(paths(sorted_by(Sort::bytes, k_up)) == "B_1d A_1d B_1h of 3");
  CHECK(paths(sorted_by(Sort::files, k_down)) == "B_1h B_1d A_1d of 3");
  CHECK(paths(sorted_by(Sort::oldest, k_up)) == "B_1d A_1d B_1h of 3");
  CHECK(paths(sorted_by(Sort::newest, k_down)) == "B_1h A_1d B_1d of 3");
  CHECK(paths(sorted_by(Sort::name, k_up)) == "A_1d B_1d B_1h of 3");
  CHECK(paths(sorted_by(Sort::name, k_down)) == "B_1h B_1d A_1d of 3");
}

TEST_CASE("pages follow each other and end") {
  Query query = sorted_by(Query::Sort::name, Query::Order::ascending);
  query.limit = 2;
  CHECK(paths(query) == "A_1d B_1d of 3");
  query.offset = 2;
  CHECK(paths(query) == "B_1h of 3");
  query.offset = 3;
  CHECK(paths(query) == "of 3");
  query.offset = 4'000'000'000;
  CHECK(paths(query) == "of 3");
}

TEST_CASE("a part of the name finds a set in any case") {
  Query query = sorted_by(Query::Sort::name, Query::Order::ascending);
  query.match = "b_1";
  CHECK(paths(query) == "B_1d B_1h of 2");
  query.match = "nothing";
  CHECK(paths(query) == "of 0");
}

TEST_CASE("the sets of a symbol are added up") {
  Query query;
  query.group = Query::Group::symbol;
  query.limit = 1;
  CHECK(api::sets_body(some_figures(), query) ==
        R"({"success":true,"as_of":"2026-01-31T09:15:00.000Z","total":2,"symbols":[{"symbol":"B","sets":2,"files":5,)"
        R"("size_bytes":400,"oldest":"2026-01-31T00:15:00.000Z","newest":"2026-01-31T09:15:00.000Z"}]})");
}

TEST_CASE("ages are told in steps, youngest first") {
  const auto body = boost::json::parse(api::ages_body(some_figures()));
  CHECK(body.at("step_seconds").as_double() == 3600);
  CHECK(body.at("steps").as_array().size() == 24);
  CHECK(body.at("steps").at(2).at("files").to_number<int>() == 4);
  CHECK(body.at("steps").at(2).at("size_bytes").to_number<int>() == 500);
  CHECK(body.at("older").at("files").to_number<int>() == 1);
}

TEST_CASE("an explanation says what happens, when, why, and the same in words") {
  api::ExplainSource source{
      "A_1d/x.png",
      {.size_bytes = 50, .allocated_bytes = 4096, .modified = k_now - 25h, .this_and_newer_bytes = 400},
      {24h, 1000, 60s},
      {24, 1, 60, true},
      k_now};
  CHECK(
      api::explain_body(source) ==
      R"({"success":true,"chart":{"path":"A_1d/x.png","size_bytes":50,"allocated_bytes":4096,)"
      R"("modified":"2026-01-30T08:15:00.000Z","age_hours":25.0,"future":false},"action":"remove","reason":"expired","rule":"maximum_age",)"
      R"("due":"2026-01-31T08:15:00.000Z","bytes_until_limit":600,"explanation":)"
      R"("The next sweep removes it, unless it is in use or written again: it is 25.00 hours old, and the maximum age )"
      R"(is 24 hours."})");
  source.given.cleanup_enabled = false;
  CHECK(api::explain_body(source).find(R"("action":"keep","reason":"expired")") != std::string::npos);
  source.facts.modified = k_now - 30s;
  CHECK(api::explain_body(source).find(R"("action":"keep","reason":null,"rule":"minimum_age")") != std::string::npos);
  source.facts.future = true;
  CHECK(api::explain_body(source).find("its own time lies in the future") != std::string::npos);
}

TEST_CASE("an explanation says what the volume lacks, and why nothing goes for it at the moment") {
  api::ExplainSource source{"A_1d/x.png",
                            {.size_bytes = 50, .room = {4096, 1}, .modified = k_now - 2h, .this_and_newer_bytes = 400},
                            {24h, 1000, 60s},
                            {24, 1, 60, true},
                            k_now};
  const auto says = [&](std::string_view text) { return api::explain_body(source).find(text) != std::string::npos; };
  source.facts.demand.room = {3 * 1024 * 1024, 0};
  CHECK(says(R"("action":"remove","reason":"disk_pressure","rule":"free_space")"));
  CHECK(says("the volume lacks 3.00 MB of its free space reserve"));
  source.facts.demand.room = {0, 7};
  CHECK(says("the volume lacks 7 inodes of its free space reserve"));
  source.facts.no_gain_until = k_now + 5min;
  CHECK(says(R"("action":"keep","reason":null,"rule":"no_gain","due":"2026-01-31T09:20:00.000Z")"));
  CHECK(says("removing charts did not free space, so the oldest are tried again at 2026-01-31T09:20:00.000Z"));
}

TEST_CASE("settings are told with their source") {
  CHECK(api::config_body({{"CHART_LISTEN", "\n", "default"}}) ==
        R"({"success":true,"settings":[{"variable":"CHART_LISTEN","value":"\\n","source":"default"}]})");
}
