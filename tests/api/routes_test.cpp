#include "api/routes_fixture.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace reaper;
using test::is_problem;
using test::RoutesFixture;
using test::says;

TEST_CASE_METHOD(RoutesFixture, "each removal requests its kind of sweep") {
  CHECK(ask("POST", "/charts/cleanup").status == 200);
  CHECK(ask("DELETE", "/charts/all?dry_run=1").status == 200);
  CHECK(ask("DELETE", "/charts/NIFTY%2050/1day").status == 200);
  REQUIRE(sweeps.orders.size() == 3);
  CHECK(sweeps.orders[0].scope == sweep::Scope::retention);
  CHECK(sweeps.orders[0].dry_run == sweep::DryRun::no);
  CHECK(sweeps.orders[0].trigger == sweep::Trigger::request);
  CHECK(sweeps.orders[0].asked_by == "127.0.0.1:51234");
  CHECK(sweeps.orders[1].scope == sweep::Scope::everything);
  CHECK(sweeps.orders[1].dry_run == sweep::DryRun::yes);
  CHECK(sweeps.orders[2].scope == sweep::Scope::set);
  CHECK(sweeps.orders[2].set == "NIFTY 50_1day");
}

TEST_CASE_METHOD(RoutesFixture, "the answer to a removal reports the result of the sweep") {
  sweeps.next_report.files_removed = 4;
  const http::Response response = ask("DELETE", "/charts/RELIANCE/1day");
  CHECK(says(response, R"("message":"Cleaned up charts for RELIANCE_1day")"));
  CHECK(says(response, R"("files_removed":4)"));
  sweeps.next_report.found = false;
  CHECK(ask("DELETE", "/charts/NOPE/1day").body == R"({"success":false,"message":"No charts found for NOPE_1day"})");
}

TEST_CASE_METHOD(RoutesFixture, "a refused request or a read starts no sweep") {
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT"})
    for (const char* target : {"/charts/all", "/charts/cleanup", "/charts/A/1day", "/charts/storage/stats", "/healthz",
                               "/readyz", "/metrics", "/charts/../all"})
      ask(method, target);
  for (const char* target : {"/charts/../all", "/charts/all?dry_run=maybe", "/charts/BTC_1/h_x"}) ask("DELETE", target);
  CHECK(sweeps.orders.empty());
}

TEST_CASE_METHOD(RoutesFixture, "a reload reports the changes and the settings that need a restart") {
  reloaded.changed = {"CHART_MAX_AGE_HOURS", "CHART_LOG_LEVEL"};
  reloaded.needs_restart = {"CHART_LISTEN"};
  const http::Response response = ask("POST", "/config/reload");
  CHECK(response.status == 200);
  CHECK(response.body == R"({"success":true,"message":"Settings reloaded","changed":["CHART_MAX_AGE_HOURS",)"
                         R"("CHART_LOG_LEVEL"],"needs_restart":["CHART_LISTEN"]})");
  CHECK(reload_asked_by == std::vector<std::string>{"127.0.0.1:51234"});
}

TEST_CASE_METHOD(RoutesFixture, "a reload of bad settings names every bad value") {
  reloaded.errors = {"CHART_MAX_AGE_HOURS from f:1: 'x' is not allowed", "CHART_LISTEN from f:2: 'y' is not allowed"};
  const http::Response response = ask("POST", "/config/reload");
  CHECK(is_problem(response, 422));
  CHECK(says(response, R"("title":"Unprocessable Entity")"));
  CHECK(
      says(response, R"(CHART_MAX_AGE_HOURS from f:1: 'x' is not allowed\nCHART_LISTEN from f:2: 'y' is not allowed)"));
}

TEST_CASE_METHOD(RoutesFixture, "the statistics are current and follow a reload") {
  sweep::Storage storage;
  storage.files = 1;
  storage.newest = test::FixedClock::k_now - std::chrono::hours{3};
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("newest_file_age_hours":3.0,"max_age_hours":24,)"));
  limits.max_age_hours = 0.5;
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("max_age_hours":0.5,)"));
}

TEST_CASE_METHOD(RoutesFixture,
                 "before the first scan has ended the statistics have no figures but report its progress") {
  sweeps.under_way = {sweep::Activity::scanning, 70, 0, 0};
  const http::Response response = ask("GET", "/charts/storage/stats");
  CHECK(response.status == 200);
  CHECK(says(response, R"("total_files":null,"total_size_mb":null,)"));
  CHECK(says(response, R"("sweep":{"state":"scanning","scanned":70,"removed":0,"freed_bytes":0})"));
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK_FALSE(says(ask("GET", "/metrics"), "chart_reaper_size_bytes"));
}

TEST_CASE_METHOD(RoutesFixture, "statistics of an unusable volume are 503 with the reason") {
  sweeps.trouble = "the root: open '/charts': No such file or directory";
  CHECK(says(ask("GET", "/charts/storage/stats"), "open '/charts': No such file or directory"));
}

TEST_CASE_METHOD(RoutesFixture, "HEAD gets the same headers as GET") {
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  for (const char* target : {"/charts/storage/stats", "/healthz", "/readyz", "/metrics"}) {
    const http::Response head = ask("HEAD", target);
    const http::Response get = ask("GET", target);
    CHECK(head.status == 200);
    CHECK(head.content_type == get.content_type);
    // The metrics count the request in between, so their body differs.
    if (std::string_view(target) != "/metrics") CHECK(head.body == get.body);
  }
}

TEST_CASE_METHOD(RoutesFixture, "health is about the program and never about the volume") {
  sweeps.trouble = "the root: open '/charts': No such file or directory";
  CHECK(ask("GET", "/healthz").status == 200);
  CHECK(ask("GET", "/healthz").body == R"({"status":"ok"})");
  hung = "The worker has made no progress for 60 s.";
  CHECK(is_problem(ask("GET", "/healthz"), 503));
  CHECK(says(ask("GET", "/healthz"), "The worker has made no progress for 60 s."));
}

TEST_CASE_METHOD(RoutesFixture, "readiness waits for the first scan and follows the root") {
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK(says(ask("GET", "/readyz"), "The first scan is under way: 0 charts so far."));
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  CHECK(ask("GET", "/readyz").status == 200);
  CHECK(ask("GET", "/readyz").body == R"({"status":"ready"})");
  sweeps.found_by_check = "open '/charts': No such file or directory";
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK(says(ask("GET", "/readyz"), "No such file or directory"));
}

TEST_CASE_METHOD(RoutesFixture, "the metrics are text that Prometheus reads") {
  sweeps.trouble = "gone";
  const http::Response response = ask("GET", "/metrics");
  CHECK(response.status == 200);
  CHECK(response.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(says(response, "chart_reaper_build_info{version=\"1.2.3\"} 1\n"));
  CHECK(says(response, "chart_reaper_sandboxed{part=\"files\"} 1\n"));
  CHECK(says(response, "chart_reaper_sandboxed{part=\"network\"} 0\n"));
  CHECK(says(response, "chart_reaper_root_usable 0\n"));
  CHECK_FALSE(says(response, "chart_reaper_charts "));
}

TEST_CASE_METHOD(RoutesFixture, "the settings and the metrics have the volume while the root can be used") {
  CHECK(says(ask("GET", "/config"), R"("volume":null)"));
  CHECK_FALSE(says(ask("GET", "/metrics"), "chart_reaper_volume_info"));
  sweeps.volume = std::make_shared<const volume::VolumeTraits>();
  CHECK(says(ask("GET", "/config"), R"("volume":{"type":"unknown","kind":"unknown",)"));
  CHECK(says(ask("GET", "/metrics"),
             "chart_reaper_volume_info{type=\"unknown\",kind=\"unknown\",leases=\"no\",locks=\"unknown\","
             "rename=\"unknown\"} 1\n"));
}

TEST_CASE_METHOD(RoutesFixture, "an unknown path is answered without the volume") {
  CHECK(is_problem(ask("GET", "/nowhere"), 404));
  CHECK(is_problem(ask("GET", "/charts/all"), 405));
  CHECK(ask("OPTIONS", "/charts/all").status == 204);
}

TEST_CASE_METHOD(RoutesFixture, "the page may run its own script and nothing else") {
  const http::Response response = ask("GET", "/");
  CHECK(response.status == 200);
  CHECK(response.content_type == "text/html; charset=utf-8");
  CHECK(response.body.size() < 60 * 1024);
  std::string allowed;
  for (const auto& [name, value] : response.headers)
    if (name == "Content-Security-Policy") allowed = value;
  CHECK(allowed.starts_with("default-src 'none'; script-src 'sha256-"));
  CHECK(allowed.find("unsafe") == std::string::npos);
  for (const char* elsewhere : {"src=\"http", "href=\"http", "url(", "@import", " style=", " onclick="})
    CHECK(response.body.find(elsewhere) == std::string::npos);
}

TEST_CASE_METHOD(RoutesFixture, "a chart that does not exist cannot be explained") {
  CHECK(is_problem(ask("GET", "/charts/explain"), 400));
  CHECK(is_problem(ask("GET", "/charts/explain?path=A_1d/x.png"), 404));
  CHECK(sweeps.looked_for == std::vector<std::string>{"A_1d/x.png"});
  sweeps.trouble = "gone";
  CHECK(is_problem(ask("GET", "/charts/explain?path=A_1d/x.png"), 503));
}

TEST_CASE_METHOD(RoutesFixture,
                 "where changes are not followed, a missing chart may only be missing since the last scan") {
  sweep::Storage storage;
  storage.unseen_since = clock.now() - 15min;
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  const http::Response response = ask("GET", "/charts/explain?path=A_1d/x.png");
  CHECK(is_problem(response, 404));
  CHECK(says(response, "begun at " + base::rfc3339(clock.now() - 15min)));
}

TEST_CASE_METHOD(RoutesFixture, "a chart in an unreadable directory is not reported as missing") {
  sweeps.unreadable = "openat2 'A_1d': Permission denied";
  const http::Response response = ask("GET", "/charts/explain?path=A_1d/x.png");
  CHECK(is_problem(response, 503));
  CHECK(says(response, "openat2 'A_1d': Permission denied"));
}

TEST_CASE_METHOD(RoutesFixture, "a chart is explained with the limits of the next sweep") {
  sweeps.chart = retention::ChartFacts{};
  CHECK(says(ask("GET", "/charts/explain?path=A_1d/x.png"), R"("rule":"maximum_age")"));
  sweep::Report last;
  last.age_rule_suspended = true;
  sweeps.sums.last = std::make_shared<sweep::Report>(last);
  CHECK(says(ask("GET", "/charts/explain?path=A_1d/x.png"), "the clock jumped"));
}

TEST_CASE_METHOD(RoutesFixture, "every answer uses the limit in force on the volume as it is now") {
  volume::VolumeTraits honest;
  honest.honest_free_space = volume::Trait::yes;
  sweeps.volume = std::make_shared<volume::VolumeTraits>(honest);
  sweeps.volume_bytes = 5000;
  share.percent = 10;
  sweep::Storage storage;
  storage.bytes = 250;
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  sweeps.chart = retention::ChartFacts{.modified = clock.now() - 2h, .this_and_newer_bytes = 200};
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("max_size_mb":1000,"usage_percent":50.0,"limit_bytes":500,)"));
  CHECK(says(ask("GET", "/metrics"), "chart_reaper_limit_bytes 500\n"));
  CHECK(says(ask("GET", "/metrics"), "chart_reaper_usage_ratio 0.5\n"));
  CHECK(says(ask("GET", "/charts/usage"), R"("limit_bytes":500,)"));
  CHECK(says(ask("GET", "/charts/explain?path=A_1d/x.png"), R"("bytes_until_limit":300,)"));
  sweeps.volume_bytes = 2500;
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("usage_percent":100.0,"limit_bytes":250,)"));
  sweeps.volume_bytes.reset();
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("limit_bytes":1000,)"));
}

TEST_CASE_METHOD(RoutesFixture, "a request that is too early or one too many gets Retry-After") {
  const auto comes_back = [](const http::Response& response) {
    const std::pair<std::string, std::string> retry{"Retry-After", "1"};
    return is_problem(response, 503) && response.headers == std::vector{retry};
  };
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  CHECK(comes_back(ask("GET", "/charts/ages")));
  for (const auto outcome : {sweep::QuestionOutcome::not_now, sweep::QuestionOutcome::too_many}) {
    sweeps.outcome = outcome;
    CHECK(comes_back(ask("GET", "/charts/sets")));
    CHECK(comes_back(ask("GET", "/charts/explain?path=A_1d/x.png")));
  }
  sweeps.takes_no_more = true;
  CHECK(comes_back(ask("DELETE", "/charts/A/1d")));
}

TEST_CASE_METHOD(RoutesFixture, "the reason why less is removed is reported to people and to Prometheus") {
  CHECK(says(ask("GET", "/charts/sweeps"), R"("paused":[])"));
  limits.cleanup_enabled = false;
  hung = "The worker has made no progress for 60 s.";
  sweeps.trouble = "gone";
  sweep::Report last;
  last.age_rule_suspended = true;
  sweeps.sums.last_telling = std::make_shared<sweep::Report>(last);
  CHECK(says(ask("GET", "/charts/sweeps"), R"("paused":["clock","disabled","hung","root"])"));
  for (const char* why : {"clock", "disabled", "hung", "root"})
    CHECK(says(ask("GET", "/metrics"), std::string("chart_reaper_paused{why=\"") + why + "\"} 1\n"));
}

TEST_CASE_METHOD(RoutesFixture, "every answer is counted under its route, method and code") {
  ask("GET", "/healthz");
  ask("GET", "/healthz?x=1");
  ask("HEAD", "/healthz");
  ask("DELETE", "/charts/NIFTY%2050/1day");
  ask("DELETE", "/charts/A/1_day");
  ask("GET", "/no/such/route/with/a/NAME");
  ask("BREW", "/healthz");
  const http::Response response = ask("GET", "/metrics");
  for (const char* line :
       {"{route=\"/healthz\",method=\"GET\",code=\"200\"} 2\n", "{route=\"/healthz\",method=\"HEAD\",code=\"200\"} 1\n",
        "{route=\"/charts/{symbol}/{interval}\",method=\"DELETE\",code=\"200\"} 1\n",
        "{route=\"/charts/{symbol}/{interval}\",method=\"DELETE\",code=\"400\"} 1\n",
        "{route=\"other\",method=\"GET\",code=\"404\"} 1\n",
        "{route=\"/healthz\",method=\"other\",code=\"405\"} 1\n"}) {
    INFO(line);
    CHECK(says(response, std::string("chart_reaper_http_requests_total") + line));
  }
  CHECK(says(response, "chart_reaper_http_request_duration_seconds_count{route=\"/healthz\"} 4\n"));
  CHECK(says(response, "chart_reaper_http_connections_total{listener=\"admin\"} 3\n"));
  CHECK(says(response, "chart_reaper_http_refused_total{listener=\"admin\",why=\"malformed\"} 2\n"));
  CHECK_FALSE(says(response, "NAME"));
  CHECK_FALSE(says(response, "NIFTY"));
}

TEST_CASE_METHOD(RoutesFixture, "clients that prefer OpenMetrics get it") {
  asked.accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  const http::Response response = ask("GET", "/metrics");
  CHECK(response.content_type == "application/openmetrics-text; version=1.0.0; charset=utf-8");
  CHECK(response.body.ends_with("\n# EOF\n"));
}
