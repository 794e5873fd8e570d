// The access rules of the routes and of the two listeners.
#include "api/routes_fixture.hpp"
#include "support/catch.hpp"

using namespace reaper;
using test::is_problem;
using test::RoutesFixture;
using test::says;

TEST_CASE_METHOD(RoutesFixture, "only administrators may reload the settings") {
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

TEST_CASE_METHOD(RoutesFixture, "the sender of a DELETE of all charts is logged before the removal") {
  CHECK(ask("DELETE", "/charts/all?dry_run=1").status == 200);
  CHECK(ask("DELETE", "/charts/A/1d").status == 200);
  CHECK(capture.take().empty());
  CHECK(ask("DELETE", "/charts/all").status == 200);
  CHECK(capture.take().find("All charts are to be removed: asked_by=127.0.0.1:51234 ") == 0);
}

TEST_CASE_METHOD(RoutesFixture, "names of charts and settings are only for clients that may remove") {
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

TEST_CASE_METHOD(RoutesFixture, "a change is judged on every route, and a refused one waits for nothing") {
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

TEST_CASE_METHOD(RoutesFixture, "a refused read of names is counted and waits like its route") {
  asked.host = "rebound.example";
  CHECK(is_problem(ask("GET", "/charts/sets"), 403));
  CHECK(priority == http::Priority::question);
  CHECK(is_problem(ask("GET", "/charts/sets?limit=0"), 400));
  CHECK(says(ask("GET", "/metrics"), R"({route="/charts/sets",method="GET",code="403"} 1)"));
  CHECK(priority == http::Priority::probe);
}

TEST_CASE_METHOD(RoutesFixture, "figures without names are for everybody") {
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

TEST_CASE_METHOD(RoutesFixture, "the metrics listener serves neither the page nor names") {
  listener = api::Listener::metrics;
  for (const char* path : {"/", "/charts/sets", "/charts/removals", "/charts/explain?path=a", "/config"})
    CHECK(is_problem(ask("GET", path), 404));
}
