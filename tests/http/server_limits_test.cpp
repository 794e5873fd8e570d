#include "http/auth_failure_limiter.hpp"
#include "http/raw_client.hpp"
#include "http/running_server.hpp"
#include "support/catch.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <deque>

// Limits against slow clients and against many clients. The tested limits are short and all others long, so that no
// result depends on the speed of the machine.

using namespace reaper;
using namespace std::chrono_literals;
using test::ask;
using test::RawAnswer;
using test::RawClient;
using test::request;
using test::RunningServer;
using test::ServerOptions;
using test::with;

namespace {

http::ServerLimits patient() {
  http::ServerLimits limits;
  limits.head_time = limits.idle_time = limits.write_time = 1h;
  return limits;
}

/// Keeps the process from opening descriptors while it exists.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const base::FileDescriptor lowest_free(::dup(0));
    const rlimit no_more{static_cast<rlim_t>(lowest_free.get()), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &no_more);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("a request that does not arrive in time is 408") {
  http::ServerLimits limits = patient();
  limits.head_time = 50ms;
  RunningServer server(with(limits));
  RawClient client(server.address());
  client.send("GET /a HTTP/1.1\r\nHost: loc");
  const RawAnswer answer = client.read_answer();
  CHECK(answer.status == 408);
  CHECK(answer.field("connection") == "close");
  CHECK(client.is_closed());
  CHECK(server.counters().timeouts == 1);
}

TEST_CASE("the time for a request runs from its first byte, however slowly it arrives") {
  http::ServerLimits limits = patient();
  limits.head_time = 250ms;
  RunningServer server(with(limits));
  RawClient client(server.address());
  client.send("GET /");
  // One byte every 50 ms. A deadline that restarted with each byte would never pass.
  for (int sent = 0; sent < 100 && !client.has_input(); ++sent) client.send("a");
  REQUIRE(client.has_input());
  CHECK(client.read_answer().status == 408);
}

TEST_CASE("the second request on a connection has its own deadline") {
  http::ServerLimits limits = patient();
  limits.head_time = 50ms;
  RunningServer server(with(limits));
  RawClient client(server.address());
  client.send(std::string(test::k_get) + "GET");
  CHECK(client.read_answer().status == 200);
  CHECK(client.read_answer().status == 408);
}

TEST_CASE("an idle connection is closed without an answer") {
  http::ServerLimits limits = patient();
  limits.idle_time = 300ms;  // more than a busy machine needs from connect(2) to the request
  RunningServer server(with(limits));
  RawClient fresh(server.address());
  RawClient used(server.address());
  used.send(test::k_get);
  CHECK(used.read_answer().status == 200);
  CHECK(fresh.is_closed());
  CHECK(used.is_closed());
  server.wait_for_connections(0);
}

TEST_CASE("the limits for slow clients do not end a running request") {
  http::ServerLimits limits = patient();
  limits.head_time = limits.write_time = 50ms;
  RunningServer server(with(limits));
  RawClient client(server.address());
  client.send(request("POST", "/wait"));
  CHECK_FALSE(client.has_input());
  CHECK_FALSE(client.has_input());
  server.release();
  CHECK(client.read_answer().body == "POST /wait");
}

TEST_CASE("a client that does not read its answer is disconnected") {
  http::ServerLimits limits = patient();
  limits.write_time = 50ms;
  RunningServer server(with(limits));
  RawClient client(server.address());
  client.send(request("GET", "/large"));
  server.wait_for_handled(1);
  server.wait_for_connections(0);
  CHECK(client.read_all().size() < RunningServer::k_large_bytes);
  CHECK(server.counters().timeouts == 1);
}

TEST_CASE("a large answer arrives complete") {
  RunningServer server(with(patient()));
  CHECK(ask(server.address(), request("GET", "/large")).body.size() == RunningServer::k_large_bytes);
}

TEST_CASE("a client that disconnects early is not an error") {
  RunningServer server(with(patient()));
  struct Case {
    std::string bytes;
    std::size_t handled_so_far;
  };
  const std::vector<Case> cases{
      {"", 0}, {"GET /a HT", 0}, {request("GET", "/large"), 1}, {request("POST", "/wait"), 2}};
  for (const Case& c : cases) {
    RawClient client(server.address());
    client.send(c.bytes);
    server.wait_for_handled(c.handled_so_far);
    client.reset();
  }
  server.release();
  server.wait_for_connections(0);
  CHECK(ask(server.address(), test::k_get).status == 200);
  CHECK(server.take_log().empty());
}

TEST_CASE("a connection ends after its maximum of requests") {
  http::ServerLimits limits = patient();
  limits.requests_per_connection = 3;
  RunningServer server(with(limits));
  RawClient client(server.address());
  client.send(std::string(test::k_get) + test::k_get + test::k_get + test::k_get);
  CHECK(client.read_answer().field("connection") == "keep-alive");
  CHECK(client.read_answer().field("connection") == "keep-alive");
  CHECK(client.read_answer().field("connection") == "close");
  CHECK(client.is_closed());
  CHECK(server.handled().size() == 3);
}

TEST_CASE("when all connections are used, the one that waited longest is closed") {
  http::ServerLimits limits = patient();
  limits.connections = 3;
  RunningServer server(with(limits));
  std::deque<RawClient> clients;
  for (std::size_t count = 1; count <= 3; ++count) {
    clients.emplace_back(server.address());
    server.wait_for_connections(count);
  }
  clients[0].send(test::k_get);  // starts to wait again after its answer, so the second one has now waited longest
  CHECK(clients[0].read_answer().status == 200);
  clients[2].send("GET /slow");
  RawClient probe(server.address());
  probe.send(test::k_get);
  CHECK(probe.read_answer().status == 200);
  CHECK(clients[1].is_closed());
  clients[0].send(test::k_get);
  CHECK(clients[0].read_answer().status == 200);
  CHECK(server.open_connections() == 3);
  CHECK(server.counters().closed_for_room == 1);
}

TEST_CASE("a thousand idle connections do not block a probe") {
  RunningServer server;
  std::deque<RawClient> clients;
  for (int count = 0; count < 1000; ++count) clients.emplace_back(server.address());
  CHECK(ask(server.address(), test::k_get).status == 200);
  CHECK(server.open_connections() <= http::ServerLimits{}.connections);
}

TEST_CASE("a server without descriptors recovers when some are free again") {
  http::ServerLimits limits = patient();
  limits.accept_pause = 5ms;
  RunningServer server(with(limits));
  RawClient client = RawClient::unconnected(server.address());
  {
    const NoDescriptors none;
    client.connect();
    server.wait_for_log("Cannot accept connections");
    CHECK(server.counters().accept_failures >= 1);
  }
  client.send(test::k_get);
  CHECK(client.read_answer().status == 200);
}

TEST_CASE("a server without descriptors closes the connection that waited longest") {
  http::ServerLimits limits = patient();
  limits.accept_pause = 5ms;
  RunningServer server(with(limits));
  RawClient idle(server.address());
  server.wait_for_connections(1);
  RawClient client = RawClient::unconnected(server.address());
  const NoDescriptors none;
  client.connect();
  client.send(test::k_get);
  CHECK(client.read_answer().status == 200);
  CHECK(idle.is_closed());
}

TEST_CASE("stopping closes idle connections and finishes answers") {
  RunningServer server(with(patient()));
  RawClient idle(server.address());
  RawClient slow(server.address());
  slow.send("GET /a HT");
  RawClient busy(server.address());
  busy.send(request("GET", "/wait") + test::k_get);
  server.wait_for_handled(1);
  server.wait_for_connections(3);
  server.stop();
  CHECK(idle.is_closed());
  CHECK(slow.is_closed());
  CHECK_THROWS_AS(RawClient(server.address()), std::system_error);
  server.release();
  const RawAnswer answer = busy.read_answer();
  CHECK(answer.body == "GET /wait");
  CHECK(answer.field("connection") == "close");
  server.wait_for_connections(0);
  CHECK(server.handled().size() == 1);
}

TEST_CASE("an answer in progress at the stop arrives complete") {
  RunningServer server(with(patient()));
  RawClient client(server.address());
  client.send(request("GET", "/large"));
  server.wait_for_handled(1);
  server.stop();
  CHECK(client.read_answer().body.size() == RunningServer::k_large_bytes);
  CHECK(client.is_closed());
}

TEST_CASE("a delayed failed attempt is closed to make room") {
  ServerOptions options = with(patient());
  options.rules = {false, true, "secret", {}};
  options.limits.connections = 1;
  RunningServer server(options);
  RawClient client(server.address());
  for (std::uint64_t i = 0; i <= http::AuthFailureLimiter::k_at_once; ++i) client.send(request("POST", "/a"));
  for (std::uint64_t i = 0; i < http::AuthFailureLimiter::k_at_once; ++i) CHECK(client.read_answer().status == 401);
  CHECK(ask(server.address(), test::k_get).status == 200);
  CHECK(client.is_closed());
}
