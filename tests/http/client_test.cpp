#include "http/client.hpp"

#include "http/listener.hpp"
#include "http/running_server.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <cerrno>
#include <string>
#include <utility>

using namespace reaper;
using namespace std::chrono_literals;
using base::ListenAddress;

namespace {

http::ClientRequest get(std::string target) { return {http::Method::get, std::move(target)}; }

}  // namespace

TEST_CASE("the client gets status and body") {
  test::RunningServer server;
  const auto answer = http::ask(server.address(), get("/healthz"), 10s);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body == "GET /healthz");
  CHECK(http::ask(server.address(), get("/throw"), 10s)->status == 500);
}

TEST_CASE("the client sends a change, with the token if there is one") {
  test::ServerOptions options;
  options.rules = {.open = false, .token_configured = true, .token = "secret", .allowed_hosts = {}};
  test::RunningServer server(options);
  const auto post = [&](std::string token) {
    return http::ask(server.address(), {http::Method::post, "/config/reload", std::move(token)}, 10s);
  };
  const auto answer = post("secret");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body == "POST /config/reload");
  CHECK(post("wrong")->status == 401);
  CHECK(post("")->status == 401);
}

TEST_CASE("the client reaches a wildcard listener through loopback") {
  test::ServerOptions options;
  options.address.host = "0.0.0.0";
  test::RunningServer server(options);
  CHECK(http::ask(server.address(), get("/healthz"), 10s)->status == 200);
  CHECK(server.last_peer().starts_with("127.0.0.1:"));
}

TEST_CASE("the client reaches a Unix socket") {
  const test::TempDir directory;
  test::ServerOptions options;
  options.address = {ListenAddress::Kind::unix_socket, {}, 0, directory.path("socket").string()};
  test::RunningServer server(options);
  CHECK(http::ask(server.address(), get("/healthz"), 10s)->body == "GET /healthz");
}

TEST_CASE("the client reports why there is no answer") {
  auto listener = http::Listener::open({ListenAddress::Kind::tcp, "127.0.0.1", 0, {}});
  REQUIRE(listener.has_value());
  const ListenAddress address = listener->address();
  // The kernel accepts the connection, but nothing reads from it.
  const auto silent = http::ask(address, get("/healthz"), 50ms);
  REQUIRE(silent.has_error());
  CHECK(silent.error().is(ETIMEDOUT));
  listener->close();
  const auto refused = http::ask(address, get("/healthz"), 10s);
  REQUIRE(refused.has_error());
  CHECK(refused.error().is(ECONNREFUSED));
  CHECK(refused.error().message() == "GET /healthz of '" + address.to_string() + "': Connection refused");
}
