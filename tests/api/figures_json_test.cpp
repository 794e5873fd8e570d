#include "api/figures_json.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"
#include "api/long_answer.hpp"

#include <boost/json/parse.hpp>

using namespace std::chrono_literals;
using namespace reaper;
using test::k_now;

namespace {

/// Returns the JSON of a set in the directory `path`, with its `deletable` mark.
boost::json::value listed(const std::string& path, const std::string& symbol, const std::string& interval) {
  sweep::SetPage page;
  page.sets = {{path, symbol, interval, {1, 300, k_now - 3h, k_now - 1h}}};
  const auto response = api::sets_answer(std::make_shared<const sweep::SetPage>(page), sweep::SetQuery::Group::set);
  return boost::json::parse(response.body).at("sets").at(0);
}

bool is_deletable(const std::string& path, const std::string& symbol, const std::string& interval) {
  return listed(path, symbol, interval).at("deletable").as_bool();
}

}  // namespace

TEST_CASE("a page of chart sets lists each set with its figures") {
  sweep::SetPage page;
  page.as_of = k_now;
  page.total = 7;
  page.sets = {{"A_B_1d", "A_B", "1d", {1, 300, k_now - 3h, k_now - 1h}}};
  const auto response = api::sets_answer(std::make_shared<const sweep::SetPage>(page), sweep::SetQuery::Group::set);
  CHECK(response.body ==
        R"({"success":true,"as_of":"2026-01-31T09:15:00.000Z","total":7,"sets":[{"path":"A_B_1d","symbol":"A_B",)"
        R"("interval":"1d","files":1,"size_bytes":300,"oldest":"2026-01-31T06:15:00.000Z",)"
        R"("newest":"2026-01-31T08:15:00.000Z","deletable":true}]})");
}

TEST_CASE("sets that DELETE could not find by their listed names are marked") {
  CHECK(is_deletable("NIFTY 50_1day", "NIFTY 50", "1day"));
  CHECK(is_deletable("M&M_1d", "M&M", "1d"));
  CHECK(is_deletable("a%b+c?#;_1d", "a%b+c?#;", "1d"));
  CHECK(is_deletable("日経_1d", "日経", "1d"));
  CHECK_FALSE(is_deletable("_1d", "", ""));
  CHECK_FALSE(is_deletable("x_", "", ""));
  CHECK_FALSE(is_deletable("logs", "", ""));
  CHECK_FALSE(is_deletable("", "", ""));
  CHECK_FALSE(is_deletable("deep/A_1d", "A", "1d"));
  CHECK_FALSE(is_deletable("\xff_1d", "\xff", "1d"));
  CHECK_FALSE(is_deletable("a\u202e_1d", "a\u202e", "1d"));
  CHECK_FALSE(is_deletable("a\n_1d", "a\n", "1d"));
  CHECK_FALSE(is_deletable("a\\b_1d", "a\\b", "1d"));
  CHECK_FALSE(is_deletable("._1d", ".", "1d"));
  CHECK_FALSE(is_deletable("A_..", "A", ".."));
  // `storage/stats` is a route of its own.
  CHECK_FALSE(is_deletable("storage_stats", "storage", "stats"));
}

TEST_CASE("names of sets are printable") {
  CHECK(listed("a\u202e_1d", "a\u202e", "1d").at("path").as_string() == "a\\xe2\\x80\\xae_1d");
}

TEST_CASE("a page of symbols sums up the sets of each symbol") {
  sweep::SetPage page;
  page.as_of = k_now;
  page.total = 2;
  page.symbols = {{"B", 2, {5, 400, k_now - 9h, k_now}}};
  CHECK(api::sets_answer(std::make_shared<const sweep::SetPage>(page), sweep::SetQuery::Group::symbol).body ==
        R"({"success":true,"as_of":"2026-01-31T09:15:00.000Z","total":2,"symbols":[{"symbol":"B","sets":2,"files":5,)"
        R"("size_bytes":400,"oldest":"2026-01-31T00:15:00.000Z","newest":"2026-01-31T09:15:00.000Z"}]})");
}

TEST_CASE("a thousand sets are written in pieces") {
  sweep::SetPage page;
  for (int i = 0; i < 1000; ++i) page.sets.push_back({"A_" + std::to_string(i), "A", std::to_string(i), {}});
  auto response = api::sets_answer(std::make_shared<const sweep::SetPage>(page), sweep::SetQuery::Group::set);
  CHECK(response.more);
  CHECK(response.body.size() < 16 * 1024);
  api::complete(response);
  CHECK(boost::json::parse(response.body).at("sets").as_array().size() == 1000);
}

TEST_CASE("ages are reported in steps, youngest first") {
  sweep::AgeFigures ages;
  ages.step = 1h;
  ages.steps[2] = {4, 500};
  ages.older = {1, 9};
  const auto body = boost::json::parse(api::ages_body(ages));
  CHECK(body.at("step_seconds").as_double() == 3600);
  CHECK(body.at("steps").as_array().size() == 24);
  CHECK(body.at("steps").at(2).at("files").to_number<int>() == 4);
  CHECK(body.at("steps").at(2).at("size_bytes").to_number<int>() == 500);
  CHECK(body.at("older").at("files").to_number<int>() == 1);
}

TEST_CASE("an explanation has the fate, the time, the reason and a sentence") {
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
  CHECK(api::explain_body(source).find("its own time is in the future") != std::string::npos);
}

TEST_CASE("an explanation says how much space is missing, and why nothing is removed for it now") {
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

TEST_CASE("an explanation names the limit in force") {
  const api::ExplainSource source{"A_1d/x.png",
                                  {.size_bytes = 50, .modified = k_now - 2h, .this_and_newer_bytes = 1700000},
                                  {24h, 1677721, 60s},
                                  {24, 1000, 60, true},
                                  k_now};
  CHECK(api::explain_body(source).find("this chart and all newer ones take 1.62 MB, and the limit is 1.6 MB") !=
        std::string::npos);
}

TEST_CASE("settings are reported with their source") {
  CHECK(api::config_body({{"CHART_LISTEN", "\n", R"(/a\\b.conf:3)"}}, nullptr) ==
        R"({"success":true,"settings":[{"variable":"CHART_LISTEN","value":"\\n","source":"/a\\\\b.conf:3"}],)"
        R"("volume":null})");
}
