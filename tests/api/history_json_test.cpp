#include "api/history_json.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"
#include "api/says.hpp"

#include <boost/json/parse.hpp>

#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using test::k_now;
using test::says;

namespace {

constexpr api::ConfiguredLimits k_limits{24, 1000, 60, true};

sweep::Report some_report() {
  sweep::Report report;
  report.started = k_now;
  report.duration = 1500ms;
  report.charts_seen = 9;
  report.files_removed = 2;
  report.bytes_freed = 300;
  report.by_reason[0] = {1, 100};
  report.by_reason[1] = {1, 200};
  report.removed = {{"A_1d/a.png", 100, 90min, retention::Reason::expired},
                    {"A_1d/\xff.png", 200, 1h, retention::Reason::over_limit}};
  return report;
}

}  // namespace

TEST_CASE("sweeps are reported newest first and without names") {
  sweep::History history;
  history.note(some_report());
  sweep::Report second = some_report();
  second.request.scope = sweep::Scope::set;
  second.request.set = "SECRET_1d";
  second.request.trigger = sweep::Trigger::request;
  second.started = k_now + 1s;
  history.note(second);
  const std::string body = api::sweeps_answer(history, k_limits, {api::Pause::clock}, 100).body;
  CHECK(body.starts_with(R"({"success":true,"next_sweep":"2026-01-31T10:15:01.500Z","paused":["clock"],)"
                         R"("sweeps":[{"started":"2026-01-31T09:15:01.000Z","duration_seconds":1.5,)"
                         R"("trigger":"request","scope":"set","sweeps_folded":1,"full_scan":false,"charts_seen":9,)"));
  CHECK(says(body, R"("removed_by_reason":{"expired":1,"over_limit":1,)"));
  CHECK(says(body, R"("freed_by_reason":{"expired":100,"over_limit":200,)"));
  CHECK_FALSE(says(body, "SECRET"));
  CHECK_FALSE(says(body, "A_1d"));
}

TEST_CASE("limit sweeps that began in the same minute are one entry, and the number of entries is limited") {
  sweep::History history;
  sweep::Report report = some_report();
  history.note(report);
  report.request.trigger = sweep::Trigger::limit;
  for (int i = 0; i < 43; ++i) history.note(report);
  const std::string all = api::sweeps_answer(history, k_limits, {}, 100).body;
  CHECK(says(all, R"("trigger":"limit","scope":"retention","sweeps_folded":43,)"));
  CHECK(says(all, R"("files_removed":86,)"));
  CHECK(says(all, R"("trigger":"timer")"));
  report.started += 1s;
  history.note(report);
  const std::string one = api::sweeps_answer(history, k_limits, {}, 1).body;
  CHECK(boost::json::parse(one).at("sweeps").as_array().size() == 1);
}

TEST_CASE("without automatic cleanup no next sweep is announced") {
  sweep::History history;
  CHECK(says(api::sweeps_answer(history, k_limits, {}, 100).body, R"("next_sweep":null)"));
  history.note(some_report());
  CHECK(says(api::sweeps_answer(history, {24, 1000, 60, false}, {}, 100).body, R"("next_sweep":null)"));
}

TEST_CASE("removals are reported newest first, printable, at most as many as requested") {
  sweep::History history;
  history.note(some_report());
  CHECK(api::removals_answer(history, 1).body ==
        R"({"success":true,"remembered":2,"removals":[{"path":"A_1d/\\xff.png","size_bytes":200,"age_hours":1.0,)"
        R"("reason":"over_limit","sweep":"2026-01-31T09:15:00.000Z"}]})");
}

TEST_CASE("usage is reported oldest first, with the limit") {
  sweep::UsageTimeline usage;
  usage.note({k_now, 5, 1});
  usage.note({k_now + 2s, 7, 2});
  CHECK(api::usage_answer(usage, 1677721).body == R"({"success":true,"limit_bytes":1677721,"points":[)"
                                                  R"({"at":"2026-01-31T09:15:00.000Z","size_bytes":5,"charts":1},)"
                                                  R"({"at":"2026-01-31T09:15:02.000Z","size_bytes":7,"charts":2}]})");
}

TEST_CASE("a thousand removals are written in pieces, as they were at the request") {
  sweep::History history;
  sweep::Report report;
  report.started = k_now;
  for (int i = 0; i < 1000; ++i)
    report.removed.push_back({"A_1d/" + std::to_string(i) + ".png", 1, 1h, retention::Reason::expired});
  history.note(report);
  http::Response response = api::removals_answer(history, 1000);
  REQUIRE(response.more);
  report.removed = {{"LATER_1d/x.png", 1, 1h, retention::Reason::expired}};
  history.note(report);
  for (std::size_t before = response.body.size(); response.more(response.body);) {
    CHECK(response.body.size() - before < 16 * 1024);
    before = response.body.size();
  }
  CHECK_FALSE(says(response.body, "LATER"));
  const auto body = boost::json::parse(response.body);
  REQUIRE(body.at("removals").as_array().size() == 1000);
  CHECK(body.at("removals").at(0).at("path").as_string() == "A_1d/999.png");
  CHECK(body.at("removals").at(999).at("path").as_string() == "A_1d/0.png");
  CHECK(history.removals().back().chart.path == "LATER_1d/x.png");
}
