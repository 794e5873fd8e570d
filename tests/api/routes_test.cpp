#include "api/routes.hpp"

#include "support/capture.hpp"
#include "support/catch.hpp"

#include "api/fakes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

using namespace reaper;

namespace {

struct Fixture {
  http::Response ask(std::string method, std::string target) {
    const http::Request request{std::move(method), std::move(target), "127.0.0.1:51234"};
    boost::asio::io_context io;
    http::Response result;
    boost::asio::co_spawn(io, routes.handle(request), [&](const std::exception_ptr& error, http::Response response) {
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
  std::optional<std::string> hung;
  api::GivenLimits limits{24, 1000, 60, true};
  std::vector<api::SandboxPart> sandbox{{"files", true}, {"network", false}};
  api::Routes routes{
      {sweeps, clock, log, [this] { return limits; }, [this] { return hung; }, "1.2.3", [this] { return sandbox; }}};
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

TEST_CASE_METHOD(Fixture, "the statistics are of now and follow a reload") {
  sweep::Storage storage;
  storage.files = 1;
  storage.newest = test::FixedClock::k_now - std::chrono::hours{3};
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("newest_file_age_hours":3.0,"max_age_hours":24,)"));
  limits.max_age_hours = 0.5;
  CHECK(says(ask("GET", "/charts/storage/stats"), R"("max_age_hours":0.5,)"));
}

TEST_CASE_METHOD(Fixture, "statistics of a volume that is not known are 503 with the reason") {
  CHECK(is_problem(ask("GET", "/charts/storage/stats"), 503));
  sweeps.trouble = "open '/charts': No such file or directory";
  CHECK(says(ask("GET", "/charts/storage/stats"), "open '/charts': No such file or directory"));
}

TEST_CASE_METHOD(Fixture, "HEAD is answered as GET is") {
  sweeps.on_volume = std::make_shared<sweep::Storage>();
  for (const char* target : {"/charts/storage/stats", "/healthz", "/readyz", "/metrics"}) {
    const http::Response head = ask("HEAD", target);
    const http::Response get = ask("GET", target);
    CHECK(head.status == 200);
    CHECK(head.content_type == get.content_type);
    CHECK(head.body == get.body);
  }
}

TEST_CASE_METHOD(Fixture, "health speaks of the program and never of the volume") {
  sweeps.trouble = "open '/charts': No such file or directory";
  CHECK(ask("GET", "/healthz").status == 200);
  CHECK(ask("GET", "/healthz").body == R"({"status":"ok"})");
  hung = "The worker has made no progress for 60 s.";
  CHECK(is_problem(ask("GET", "/healthz"), 503));
  CHECK(says(ask("GET", "/healthz"), "The worker has made no progress for 60 s."));
}

TEST_CASE_METHOD(Fixture, "readiness waits for the first scan and follows the root") {
  CHECK(is_problem(ask("GET", "/readyz"), 503));
  CHECK(says(ask("GET", "/readyz"), "not been looked through yet"));
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
