#include "http/client.hpp"

#include "http/listener.hpp"
#include "http/running_server.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <cerrno>

using namespace reaper;
using namespace std::chrono_literals;
using base::ListenAddress;

TEST_CASE("the client gets status and body") {
  test::RunningServer server;
  const auto answer = http::get(server.address(), "/healthz", 10s);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body == "GET /healthz");
  CHECK(http::get(server.address(), "/throw", 10s)->status == 500);
}

TEST_CASE("the client reaches a listener on all addresses through loopback") {
  test::ServerOptions options;
  options.address.host = "0.0.0.0";
  test::RunningServer server(options);
  CHECK(http::get(server.address(), "/healthz", 10s)->status == 200);
  CHECK(server.last_peer().starts_with("127.0.0.1:"));
}

TEST_CASE("the client reaches a Unix socket") {
  const test::TempDir directory;
  test::ServerOptions options;
  options.address = {ListenAddress::Kind::unix_socket, {}, 0, directory.path("socket").string()};
  test::RunningServer server(options);
  CHECK(http::get(server.address(), "/healthz", 10s)->body == "GET /healthz");
}

TEST_CASE("the client says why there is no answer") {
  auto listener = http::Listener::open({ListenAddress::Kind::tcp, "127.0.0.1", 0, {}});
  REQUIRE(listener.has_value());
  const ListenAddress address = listener->address();
  // The kernel takes the connection, but nobody reads from it.
  const auto silent = http::get(address, "/healthz", 50ms);
  REQUIRE(silent.has_error());
  CHECK(silent.error().is(ETIMEDOUT));
  listener->close();
  const auto refused = http::get(address, "/healthz", 10s);
  REQUIRE(refused.has_error());
  CHECK(refused.error().is(ECONNREFUSED));
  CHECK(refused.error().message() == "GET /healthz of '" + address.to_string() + "': Connection refused");
}
