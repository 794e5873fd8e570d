#include "api/routes.hpp"

#include "support/capture.hpp"
#include "support/catch.hpp"

#include "api/fakes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

using namespace std::chrono_literals;
using namespace reaper;

namespace {

struct Fixture {
  http::Response ask(std::string_view method, std::string target) {
    judged.cleanup_enabled = limits.cleanup_enabled;
    assessor.use(judged);
    http::Request request = asked;
    request.method = http::parse_method(method);
    request.target = std::move(target);
    routes.use(std::make_shared<api::ServerState>(api::ServerState{.version = "1.2.3",
                                                                   .limits = limits,
                                                                   .policy = policy,
                                                                   .settings = {{"CHART_LISTEN", "x", "default"}},
                                                                   .access = http::AccessPolicy(access),
                                                                   .sandbox = sandbox,
                                                                   .listeners = {{"admin", &counters}}}));
    const http::RoutedRequest routed = routes.route(request, listener);
    priority = routed.priority;
    boost::asio::io_context io;
    http::Response result;
    boost::asio::co_spawn(io, routed.answer(), [&](const std::exception_ptr& error, http::Response response) {
      if (error) std::rethrow_exception(error);
      result = std::move(response);
    });
    io.run();
    return result;
  }

  test::FixedClock clock;
  test::Capture capture = test::capture_pipe();
  telemetry::Log log{clock, capture.writer.get()};
  test::FakeSweeps sweeps;
  std::string hung;
  assessment::SettingFacts judged{.cleanup_enabled = true,
                                  .wants_watches = true,
                                  .max_age = 24h,
                                  .min_age = 60s,
                                  .limit_bytes = 1000 * base::k_mebibyte,
                                  .declared_bytes = {}};
  api::GivenLimits limits{24, 1000, 60, true};
  std::vector<api::SandboxPart> sandbox{{"files", true}, {"network", false}};
  retention::Limits policy{24h, 1000, 60s};
  http::AccessRules access{.open = true, .token_configured = false, .token = {}, .allowed_hosts = {}};
  http::Request asked{.target = {}, .peer = "127.0.0.1:51234", .host = "localhost:8010"};
  api::Listener listener = api::Listener::admin;
  http::Priority priority{};  ///< of the last request
  telemetry::ProcessObserver process{clock};
  telemetry::AuditFile audit{log, clock};
  http::Counters counters{.connections = 3, .malformed = 2};
  api::Assessor assessor{{sweeps, clock, log, [this] { return hung; }}};
  api::ReloadResult reloaded;
  std::vector<std::string> reload_asked_by;
  api::Routes routes{{sweeps, clock, log, process, audit, assessor, [this](std::string_view asked_by) {
                        reload_asked_by.emplace_back(asked_by);
                        return reloaded;
                      }}};
};

bool says(const http::Response& response, std::string_view words) {
  return response.body.find(words) != std::string::npos;
}

bool is_problem(const http::Response& response, unsigned status) {
  return response.status == status && response.content_type == "application/problem+json";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "each removal orders the sweep it names") {
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

TEST_CASE_METHOD(Fixture, "the answer to a removal tells what the sweep did") {
  sweeps.next_report.files_removed = 4;
  const http::Response response = ask("DELETE", "/charts/RELIANCE/1day");
  CHECK(says(response, R"("message":"Cleaned up charts for RELIANCE_1day")"));
  CHECK(says(response, R"("files_removed":4)"));
  sweeps.next_report.found = false;
  CHECK(ask("DELETE", "/charts/NOPE/1day").body == R"({"success":false,"message":"No charts found for NOPE_1day"})");
}

TEST_CASE_METHOD(Fixture, "a refused or reading request orders no sweep") {
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT"})
    for (const char* target : {"/charts/all", "/charts/cleanup", "/charts/A/1day", "/charts/storage/stats", "/healthz",
                               "/readyz", "/metrics", "/charts/../all"})
      ask(method, target);
  for (const char* target : {"/charts/../all", "/charts/all?dry_run=maybe", "/charts/BTC_1/h_x"}) ask("DELETE", target);
  CHECK(sweeps.orders.empty());
}

TEST_CASE_METHOD(Fixture, "a reload says what has changed and what needs a restart") {
  reloaded.changed = {"CHART_MAX_AGE_HOURS", "CHART_LOG_LEVEL"};
  reloaded.needs_restart = {"CHART_LISTEN"};
  const http::Response response = ask("POST", "/config/reload");
  CHECK(response.status == 200);
  CHECK(response.body == R"({"success":true,"message":"Settings reloaded","changed":["CHART_MAX_AGE_HOURS",)"
                         R"("CHART_LOG_LEVEL"],"needs_restart":["CHART_LISTEN"]})");
  CHECK(reload_asked_by == std::vector<std::string>{"127.0.0.1:51234"});
}

TEST_CASE_METHOD(Fixture, "a reload of bad settings names every bad value") {
  reloaded.errors = {"CHART_MAX_AGE_HOURS from f:1: 'x' is not allowed", "CHART_LISTEN from f:2: 'y' is not allowed"};
  const http::Response response = ask("POST", "/config/reload");
  CHECK(is_problem(response, 422));
  CHECK(says(response, R"("title":"Unprocessable Entity")"));
  CHECK(
      says(response, R"(CHART_MAX_AGE_HOURS from f:1: 'x' is not allowed\nCHART_LISTEN from f:2: 'y' is not allowed)"));
}

TEST_CASE_METHOD(Fixture, "only administrators have the settings read again") {
  CHECK(ask("GET", "/config/reload").status == 405);
  CHECK(ask("POST", "/config/reload?dry_run=true").status == 400);
  access.open = false;
  CHECK(ask("POST", "/config/reload").status == 403);
  access.token_configured = true;
  access.token = "secret";
  CHECK(ask("POST", "/config/reload").status == 401);
  access.open = true;
  asked.host = "evil.example";
  CHECK(ask("POST", "/config/reload").status == 403);
  asked.host = "localhost";
  listener = api::Listener::metrics;
  CHECK(ask("POST", "/config/reload").status >= 400);
  CHECK(reload_asked_by.empty());
  asked.authorization = "Bearer secret";
  listener = api::Listener::admin;
  CHECK(ask("POST", "/config/reload").status == 200);
}

TEST_CASE_METHOD(Fixture, "the statistics are of now and follow a reload") {
  sweep::Storage storage;
  storage.files = 1;
  storage.newest = test::FixedClock::k_now - std::chrono::hours{3};
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("newest_file_age_hours":3.0,"max_age_hours":24,)"));
  limits.max_age_hours = 0.5;
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("max_age_hours":0.5,)"));
}

TEST_CASE_METHOD(Fixture, "before the first scan has ended the statistics have no figures, and tell how far it is") {
  sweeps.under_way = {sweep::Activity::scanning, 70, 0, 0};
  const http::Response response = ask("GET", "/charts/storage/stats");
  CHECK(response.status == 200);
  CHECK(says(response, R"("total_files":null,"total_size_mb":null,)"));
  CHECK(says(response, R"("sweep":{"state":"scanning","scanned":70,"removed":0,"freed_bytes":0})"));
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK_FALSE(says(ask("GET", "/metrics"), "chart_reaper_size_bytes"));
}

TEST_CASE_METHOD(Fixture, "statistics of a volume that cannot be used are 503 with the reason") {
  sweeps.trouble = "the root: open '/charts': No such file or directory";
  CHECK(says(ask("GET", "/charts/storage/stats"), "open '/charts': No such file or directory"));
}

TEST_CASE_METHOD(Fixture, "HEAD is answered as GET is") {
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  for (const char* target : {"/charts/storage/stats", "/healthz", "/readyz", "/metrics"}) {
    const http::Response head = ask("HEAD", target);
    const http::Response get = ask("GET", target);
    CHECK(head.status == 200);
    CHECK(head.content_type == get.content_type);
    // The metrics count the request in between.
    if (std::string_view(target) != "/metrics") CHECK(head.body == get.body);
  }
}

TEST_CASE_METHOD(Fixture, "health speaks of the program and never of the volume") {
  sweeps.trouble = "the root: open '/charts': No such file or directory";
  CHECK(ask("GET", "/healthz").status == 200);
  CHECK(ask("GET", "/healthz").body == R"({"status":"ok"})");
  hung = "The worker has made no progress for 60 s.";
  CHECK(is_problem(ask("GET", "/healthz"), 503));
  CHECK(says(ask("GET", "/healthz"), "The worker has made no progress for 60 s."));
}

TEST_CASE_METHOD(Fixture, "readiness waits for the first scan and follows the root") {
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK(says(ask("GET", "/readyz"), "The first scan is under way: 0 charts so far."));
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  CHECK(ask("GET", "/readyz").status == 200);
  CHECK(ask("GET", "/readyz").body == R"({"status":"ready"})");
  sweeps.found_by_check = "open '/charts': No such file or directory";
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK(says(ask("GET", "/readyz"), "No such file or directory"));
}

TEST_CASE_METHOD(Fixture, "the metrics are text that Prometheus reads") {
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

TEST_CASE_METHOD(Fixture, "what is no route is answered without the volume") {
  CHECK(is_problem(ask("GET", "/nowhere"), 404));
  CHECK(is_problem(ask("GET", "/charts/all"), 405));
  CHECK(ask("OPTIONS", "/charts/all").status == 204);
}

TEST_CASE_METHOD(Fixture, "who asks for everything to be removed is logged before it is") {
  CHECK(ask("DELETE", "/charts/all?dry_run=1").status == 200);
  CHECK(ask("DELETE", "/charts/A/1d").status == 200);
  CHECK(capture.take().empty());
  CHECK(ask("DELETE", "/charts/all").status == 200);
  CHECK(capture.take().find("All charts are to be removed: asked_by=127.0.0.1:51234 ") == 0);
}

TEST_CASE_METHOD(Fixture, "names of charts and settings are for those who may remove") {
  sweeps.by_set = std::make_shared<sweep::SetPage>();
  sweeps.chart = retention::ChartFacts{};
  const auto path =
      GENERATE(as<std::string>{}, "/charts/sets", "/charts/removals", "/charts/explain?path=a", "/config");
  CHECK(ask("GET", path).status == 200);

  asked.host = "rebound.example";
  CHECK(is_problem(ask("GET", path), 403));
  asked.host = "localhost";
  asked.fetch_site = "cross-site";
  CHECK(is_problem(ask("GET", path), 403));
  CHECK(is_problem(ask("HEAD", path), 403));
  asked.fetch_site = "same-origin";
  CHECK(ask("GET", path).status == 200);

  access = {.open = false, .token_configured = true, .token = "secret", .allowed_hosts = {}};
  CHECK(is_problem(ask("GET", path), 401));
  asked.authorization = "Bearer wrong";
  CHECK(is_problem(ask("GET", path), 401));
  asked.authorization = "Bearer secret";
  CHECK(ask("GET", path).status == 200);
}

TEST_CASE_METHOD(Fixture, "a change is judged whatever its route is, and a refused one waits for nothing") {
  asked.host = "rebound.example";
  for (const char* target : {"/charts/all", "/charts/A/1d", "/charts/cleanup", "/charts/sets", "/healthz", "/nowhere",
                             "/charts/all?dry_run=maybe", "/%zz"}) {
    for (const char* method : {"POST", "DELETE"}) {
      CAPTURE(method, target);
      CHECK(is_problem(ask(method, target), 403));
      CHECK(priority == http::Priority::immediate);
    }
    CHECK(ask("OPTIONS", target).status != 403);
  }
  CHECK(sweeps.orders.empty());
  CHECK_FALSE(says(ask("GET", "/metrics"), "code=\"403\""));
}

TEST_CASE_METHOD(Fixture, "a refused read of names is counted and waits as its route does") {
  asked.host = "rebound.example";
  CHECK(is_problem(ask("GET", "/charts/sets"), 403));
  CHECK(priority == http::Priority::question);
  CHECK(is_problem(ask("GET", "/charts/sets?limit=0"), 400));
  CHECK(says(ask("GET", "/metrics"), R"({route="/charts/sets",method="GET",code="403"} 1)"));
  CHECK(priority == http::Priority::probe);
}

TEST_CASE_METHOD(Fixture, "figures without names are for everybody") {
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  sweeps.by_age = std::make_shared<sweep::AgeFigures>();
  access = {.open = false, .token_configured = true, .token = "secret", .allowed_hosts = {}};
  asked.host = "elsewhere.example";
  for (const char* path : {"/charts/storage/stats", "/charts/usage", "/charts/ages", "/charts/sweeps", "/healthz",
                           "/metrics", "/openapi.json"}) {
    CHECK(ask("GET", path).status == 200);
    listener = api::Listener::metrics;
    CHECK(ask("GET", path).status == 200);
    listener = api::Listener::admin;
  }
}

TEST_CASE_METHOD(Fixture, "the metrics listener has neither the page nor names") {
  listener = api::Listener::metrics;
  for (const char* path : {"/", "/charts/sets", "/charts/removals", "/charts/explain?path=a", "/config"})
    CHECK(is_problem(ask("GET", path), 404));
}

TEST_CASE_METHOD(Fixture, "the page may run its own script and nothing else") {
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

TEST_CASE_METHOD(Fixture, "a chart that is not there cannot be explained") {
  CHECK(is_problem(ask("GET", "/charts/explain"), 400));
  CHECK(is_problem(ask("GET", "/charts/explain?path=A_1d/x.png"), 404));
  CHECK(sweeps.looked_for == std::vector<std::string>{"A_1d/x.png"});
  sweeps.trouble = "gone";
  CHECK(is_problem(ask("GET", "/charts/explain?path=A_1d/x.png"), 503));
}

TEST_CASE_METHOD(Fixture, "a chart in a directory that cannot be read is not said to be missing") {
  sweeps.unreadable = "openat2 'A_1d': Permission denied";
  const http::Response response = ask("GET", "/charts/explain?path=A_1d/x.png");
  CHECK(is_problem(response, 503));
  CHECK(says(response, "openat2 'A_1d': Permission denied"));
}

TEST_CASE_METHOD(Fixture, "a chart is explained by the limits that the next sweep uses") {
  sweeps.chart = retention::ChartFacts{};
  CHECK(says(ask("GET", "/charts/explain?path=A_1d/x.png"), R"("rule":"maximum_age")"));
  sweep::Report last;
  last.age_rule_suspended = true;
  sweeps.sums.last = std::make_shared<sweep::Report>(last);
  CHECK(says(ask("GET", "/charts/explain?path=A_1d/x.png"), "the clock jumped"));
}

TEST_CASE_METHOD(Fixture, "who asks too much, or too early, is told when to come back") {
  const auto comes_back = [](const http::Response& response) {
    const std::pair<std::string, std::string> retry{"Retry-After", "1"};
    return is_problem(response, 503) && response.headers == std::vector{retry};
  };
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  CHECK(comes_back(ask("GET", "/charts/ages")));
  for (const auto outcome : {sweep::Outcome::not_now, sweep::Outcome::too_many}) {
    sweeps.outcome = outcome;
    CHECK(comes_back(ask("GET", "/charts/sets")));
    CHECK(comes_back(ask("GET", "/charts/explain?path=A_1d/x.png")));
  }
  sweeps.takes_no_more = true;
  CHECK(comes_back(ask("DELETE", "/charts/A/1d")));
}

TEST_CASE_METHOD(Fixture, "why less is removed is told to people and to Prometheus") {
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

TEST_CASE_METHOD(Fixture, "every answer is counted under its route, method and code") {
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

TEST_CASE_METHOD(Fixture, "metrics are OpenMetrics for who prefers it") {
  asked.accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  const http::Response response = ask("GET", "/metrics");
  CHECK(response.content_type == "application/openmetrics-text; version=1.0.0; charset=utf-8");
  CHECK(response.body.ends_with("\n# EOF\n"));
}
