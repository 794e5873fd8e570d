#include "http/request_limiter.hpp"

#include "http/raw_client.hpp"
#include "http/running_server.hpp"
#include "support/catch.hpp"

#include <deque>
#include <string_view>
#include <vector>

using namespace reaper;
using http::Priority;
using test::ask;
using test::RawAnswer;
using test::RawClient;
using test::request;
using test::RunningServer;
using test::with;

TEST_CASE("each priority limits how many requests run at once") {
  const http::ServerLimits limits;
  http::RequestLimiter under_way;
  std::vector<http::RequestLimiter::Permit> permits;
  while (auto permit = under_way.enter(Priority::question, limits)) permits.push_back(std::move(permit));
  CHECK(under_way.count() == limits.questions_under_way);
  while (auto permit = under_way.enter(Priority::ordinary, limits)) permits.push_back(std::move(permit));
  CHECK(under_way.count() == limits.ordinary_under_way);
  while (auto permit = under_way.enter(Priority::probe, limits)) permits.push_back(std::move(permit));
  CHECK(under_way.count() == limits.under_way);
  CHECK_FALSE(under_way.enter(Priority::ordinary, limits));
  CHECK(under_way.enter(Priority::immediate, limits));
  CHECK(under_way.count() == limits.under_way);
  permits.pop_back();
  CHECK_FALSE(under_way.enter(Priority::ordinary, limits));
  CHECK(under_way.enter(Priority::probe, limits));
  permits.clear();
  CHECK(under_way.count() == 0);
  CHECK(under_way.enter(Priority::ordinary, limits));
}

TEST_CASE("the limits leave connections that can be closed to make room") {
  const http::ServerLimits limits;
  CHECK(limits.questions_under_way < limits.ordinary_under_way);
  CHECK(limits.ordinary_under_way < limits.under_way);
  CHECK(limits.under_way < limits.connections);
}

TEST_CASE("a running request is never closed to make room") {
  http::ServerLimits limits;
  limits.connections = 2;
  RunningServer server(with(limits));
  RawClient first(server.address());
  first.send(request("GET", "/wait"));
  RawClient second(server.address());
  second.send(request("GET", "/wait"));
  server.wait_for_handled(2);
  RawClient refused(server.address());
  CHECK(refused.is_closed());
  server.release();
  CHECK(first.read_answer().status == 200);
  CHECK(second.read_answer().status == 200);
}

TEST_CASE("running requests leave connections for probes") {
  http::ServerLimits limits;
  limits.connections = 5;
  limits.under_way = 4;
  limits.ordinary_under_way = 2;
  RunningServer server(with(limits));
  std::deque<RawClient> clients;
  const auto begin = [&](const std::string& method, const std::string& target) {
    clients.emplace_back(server.address());
    clients.back().send(request(method, target));
    server.wait_for_handled(clients.size());
  };
  begin("GET", "/wait");
  begin("POST", "/wait");
  for (const char* const method : {"GET", "HEAD", "POST", "DELETE"}) {
    CAPTURE(method);
    RawClient client(server.address());
    client.send(request(method, "/a"));
    const RawAnswer refused = client.read_answer(std::string_view(method) != "HEAD");
    CHECK(refused.status == 503);
    CHECK(refused.field("content-type") == "application/problem+json");
    CHECK(refused.field("retry-after") == "1");
    CHECK(refused.field("connection") == "keep-alive");
  }
  begin("GET", "/probe/wait");
  begin("GET", "/probe/wait");
  CHECK(ask(server.address(), request("GET", "/probe")).status == 503);
  CHECK(server.counters().turned_away == 5);
  RawClient idle(server.address());
  server.wait_for_connections(5);
  CHECK(ask(server.address(), request("GET", "/now")).status == 200);
  CHECK(idle.is_closed());
  server.release();
  for (RawClient& client : clients) CHECK(client.read_answer().status == 200);
  CHECK(ask(server.address(), request("POST", "/a")).status == 200);
}

TEST_CASE(
    "while the maximum of requests waits, a probe on a new connection is answered and other requests are refused") {
  const http::ServerLimits limits;
  RunningServer server;
  std::deque<RawClient> clients;
  while (clients.size() < limits.connections) {
    clients.emplace_back(server.address());
    clients.back().send(request("GET", "/wait"));
  }
  server.wait_for_handled(limits.ordinary_under_way);
  // Requests that were refused are not running, so their connections make room.
  for (std::size_t i = 0; i < limits.connections - limits.ordinary_under_way; ++i) {
    CHECK(ask(server.address(), request("GET", "/now")).status == 200);
    CHECK(ask(server.address(), request("GET", "/a")).status == 503);
  }
  server.release();
}
