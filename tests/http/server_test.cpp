#include "http/server.hpp"
#include "http/auth_failure_limiter.hpp"

#include "http/raw_client.hpp"
#include "http/running_server.hpp"
#include "support/catch.hpp"

#include <regex>

using namespace reaper;
using test::ask;
using test::RawAnswer;
using test::RawClient;
using test::request;
using test::RunningServer;
using test::ServerOptions;

namespace {

constexpr const char* k_delete = "DELETE /b HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Counts answers by their Server field, which each has once.
std::size_t count_answers(const std::string& wire) {
  constexpr std::string_view k_once = "\r\nServer: chart-reaper\r\n";
  std::size_t count = 0;
  for (std::size_t at = wire.find(k_once); at != std::string::npos; at = wire.find(k_once, at + 1)) ++count;
  return count;
}

/// Returns the status of the only answer to these bytes, after which the server closed the connection; 0 if there was
/// not exactly one.
unsigned only_status(const RunningServer& server, const std::string& bytes) {
  RawClient client(server.address());
  client.send(bytes);
  client.end_sending();
  const std::string wire = client.read_all();
  return count_answers(wire) == 1 ? static_cast<unsigned>(std::stoul(wire.substr(9, 3))) : 0;
}

}  // namespace

TEST_CASE("an answer has the fields that every answer has") {
  RunningServer server;
  const RawAnswer answer = ask(server.address(), test::k_get);
  CHECK(answer.status == 200);
  CHECK(answer.body == "GET /a");
  CHECK(answer.field("content-type") == "text/plain");
  CHECK(answer.field("content-length") == "6");
  CHECK(answer.field("connection") == "keep-alive");
  CHECK(answer.field("cache-control") == "no-store");
  CHECK(answer.field("x-content-type-options") == "nosniff");
  CHECK(answer.field("server") == "chart-reaper");
  CHECK(
      std::regex_match(answer.field("date"),
                       std::regex("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")));
  CHECK(std::regex_match(server.last_peer(), std::regex("127\\.0\\.0\\.1:[0-9]+")));
}

TEST_CASE("HEAD gets the length of the body but no body") {
  RunningServer server;
  RawClient client(server.address());
  client.send(request("HEAD", "/a") + test::k_get);
  const RawAnswer head = client.read_answer(false);
  CHECK(head.status == 200);
  CHECK(head.field("content-length") == "7");
  CHECK(client.read_answer().body == "GET /a");
}

TEST_CASE("a refused HEAD, or one after an empty line, has no body either") {
  RunningServer server;
  for (const std::string bytes :
       {"\r\nHEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "\r\nHEAD /a HTTP/1.1\r\n\r\n", "\r\nHEAD /a\n",
        "HEAD /a HTTP/1.1\r\n\r\n", "HEAD /a HTTP/3.0\r\n\r\n", "HEAD /a\r\n\r\n", "HEAD /a\n"}) {
    RawClient client(server.address());
    client.send(bytes);
    client.end_sending();
    const std::string wire = client.read_all();
    CAPTURE(wire);
    CHECK(wire.ends_with("\r\n\r\n"));
  }
}

TEST_CASE("pipelined requests are answered in order") {
  RunningServer server;
  RawClient client(server.address());
  client.send(std::string(test::k_get) + k_delete + test::k_get);
  CHECK(client.read_answer().body == "GET /a");
  CHECK(client.read_answer().body == "DELETE /b");
  CHECK(client.read_answer().body == "GET /a");
  CHECK(server.open_connections() == 1);
}

TEST_CASE("a client that shut down its side still gets its answers") {
  RunningServer server;
  RawClient client(server.address());
  client.send(std::string(test::k_get) + k_delete);
  client.end_sending();
  CHECK(count_answers(client.read_all()) == 2);
  server.wait_for_connections(0);
}

TEST_CASE("a POST without body framing is served") {
  RunningServer server;
  CHECK(ask(server.address(), request("POST", "/a")).status == 200);
  CHECK(ask(server.address(), request("POST", "/a", "Content-Length: 0\r\n")).status == 200);
}

TEST_CASE("ambiguous framing gets one answer and the connection closes") {
  RunningServer server;
  struct Case {
    std::string fields;
    unsigned expected;
  };
  const std::vector<Case> cases{
      {"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", 400},
      {"Transfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: gzip\r\n", 501},
      {"Transfer-Encoding: identity\r\n", 501},
      {"Transfer-Encoding: xchunked\r\n", 501},
      {"Transfer-Encoding: chunked, gzip\r\n", 501},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Content-Length: 1\r\n", 413},
      {"Content-Length: 70000\r\n", 413},
      {"Content-Length: 3,3\r\n", 400},
      {"Content-Length: +3\r\n", 400},
      {"Content-Length: 3\r\nContent-Length: 3\r\n", 400},
      {"Content-Length: 0\r\nContent-Length: 0\r\n", 400},
      {"X: y\r\n Transfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding : chunked\r\n", 400},
      {"Host: localhost\r\n", 400},
      {"Expect: 100-continue\r\n", 417},
  };
  for (const Case& c : cases) {
    CAPTURE(c.fields);
    // Some servers would read the rest as a body and others as a request.
    CHECK(only_status(server, request("POST", "/a", c.fields) + "0\r\n\r\n" + k_delete) == c.expected);
  }
  CHECK(only_status(server, "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                                std::string(k_delete)) == 400);
  CHECK(server.handled().empty());
}

TEST_CASE("malformed heads get one answer and the connection closes") {
  using namespace std::string_literals;
  RunningServer server;
  struct Case {
    std::string bytes;
    unsigned expected;
  };
  const std::vector<Case> cases{
      {"GET /a HTTP/1.1\r\n\r\n", 400},
      {"GET /a HTTP/1.1\nHost: localhost\n\n", 400},
      {"GET /a HTTP/1.1\r\nHost: localhost\n\r\n", 400},
      {"GET /a\rb HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: local\0host\r\n\r\n"s, 400},
      {request("GET", "/\x80"), 400},
      {request("GET", "/a#b"), 400},
      {request("GET", "/%zz"), 400},
      {request("GET", "http://evil.example/a"), 400},
      {request("GET", "/" + std::string(9000, 'a')), 414},
      {request("GET", "/a", "X: " + std::string(17000, 'a') + "\r\n"), 431},
      {request("POST", "/a", "Authorization: Bearer " + std::string(1024 * 1024, 'a') + "\r\n"), 431},
      {request("TRACE", "/a"), 501},
      {request("BREW", "/a"), 501},
      {"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
      {std::string(100'000, '\xff'), 400},
      {std::string(100'000, 'a'), 414},
  };
  for (const Case& c : cases) {
    CAPTURE(c.bytes.substr(0, 60));
    CHECK(only_status(server, c.bytes + k_delete) == c.expected);
  }
  CHECK(server.handled().empty());
}

TEST_CASE("a refused client that is still sending gets its answer without a reset") {
  RunningServer server;
  RawClient client(server.address());
  client.send(request("POST", "/a", "Content-Length: 1048576\r\n") + std::string(1024 * 1024, 'a'));
  CHECK(client.read_answer().status == 413);
  client.end_sending();
  CHECK(client.is_closed());
  CHECK_FALSE(client.was_reset());
}

TEST_CASE("refusals are problem documents that name the allowed values") {
  RunningServer server;
  const RawAnswer answer = ask(server.address(), request("PUT", "/a"));
  CHECK(answer.status == 501);
  CHECK(answer.field("content-type") == "application/problem+json");
  CHECK(answer.field("connection") == "close");
  CHECK(answer.field("allow") == "GET, HEAD, POST, DELETE, OPTIONS");
  CHECK(answer.body.find("\"detail\":\"The methods here are") != std::string::npos);
}

TEST_CASE("an absolute target for this host is served as a path") {
  RunningServer server;
  CHECK(ask(server.address(), request("GET", "http://localhost/a?b")).body == "GET /a?b");
}

TEST_CASE("OPTIONS for the whole server names the methods") {
  RunningServer server;
  const RawAnswer answer = ask(server.address(), request("OPTIONS", "*"));
  CHECK(answer.status == 204);
  CHECK(answer.field("allow") == "GET, HEAD, POST, DELETE, OPTIONS");
  CHECK(answer.field("content-length").empty());
}

TEST_CASE("an offered upgrade is ignored") {
  RunningServer server;
  CHECK(ask(server.address(), request("GET", "/a", "Connection: Upgrade\r\nUpgrade: websocket\r\n")).status == 200);
  CHECK(ask(server.address(), request("GET", "/a", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")).status ==
        200);
}

TEST_CASE("HTTP/1.0 gets one answer unless it asks for keep-alive") {
  RunningServer server;
  CHECK(only_status(server, "GET /a HTTP/1.0\r\n\r\n" + std::string(test::k_get)) == 200);
  RawClient client(server.address());
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n");
  CHECK(client.read_answer().field("connection") == "keep-alive");
  CHECK(client.read_answer().body == "GET /b");
  CHECK(client.is_closed());
}

TEST_CASE("a connection closes after its answer if the client asks for it") {
  RunningServer server;
  CHECK(only_status(server, request("GET", "/a", "Connection: close\r\n") + test::k_get) == 200);
}

TEST_CASE("a handler that throws gives 500 and the server goes on") {
  RunningServer server;
  RawClient client(server.address());
  client.send(request("GET", "/throw") + test::k_get);
  const RawAnswer answer = client.read_answer();
  CHECK(answer.status == 500);
  CHECK(answer.body.find("on purpose") == std::string::npos);
  CHECK(client.read_answer().status == 200);
  CHECK(server.take_log().find("thrown on purpose") != std::string::npos);
}

TEST_CASE("pages of other sites cannot change anything") {
  RunningServer server;
  for (const std::string fields :
       {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"}) {
    CAPTURE(fields);
    CHECK(ask(server.address(), request("DELETE", "/a", fields)).status == 403);
  }
  CHECK(ask(server.address(), "DELETE /a HTTP/1.1\r\nHost: 127.0.0.1.evil.com\r\n\r\n").status == 403);
  CHECK(server.handled().empty());
  CHECK(server.take_log().find("Request refused") != std::string::npos);
}

TEST_CASE("a refusal is logged with the target as it was sent") {
  RunningServer server;
  CHECK(ask(server.address(), "DELETE http://evil.com/a HTTP/1.1\r\nHost: evil.com\r\n\r\n").status == 403);
  server.wait_for_log("http://evil.com/a");
}

TEST_CASE("a listener that is not open requires the token and keeps the connection") {
  ServerOptions options;
  options.rules = {false, true, "secret", {}};
  RunningServer server(options);
  RawClient client(server.address());
  client.send(k_delete + request("DELETE", "/b", "Authorization: Bearer secret\r\n"));
  const RawAnswer refused = client.read_answer();
  CHECK(refused.status == 401);
  CHECK(refused.field("www-authenticate") == "Bearer");
  CHECK(client.read_answer().status == 200);
  CHECK(server.handled() == std::vector<std::string>{"DELETE /b"});
  CHECK(server.take_log().find("secret") == std::string::npos);
}

TEST_CASE("failed attempts are counted, the first are answered at once and later ones delayed") {
  ServerOptions options;
  options.rules = {false, true, "secret", {}};
  RunningServer server(options);
  const std::string wrong = request("DELETE", "/a", "Authorization: Bearer wrong\r\n");
  const auto began = std::chrono::steady_clock::now();
  RawClient client(server.address());
  for (std::uint64_t i = 0; i < http::AuthFailureLimiter::k_at_once; ++i) {
    client.send(wrong);
    CHECK(client.read_answer().status == 401);
  }
  client.send(wrong);
  CHECK_FALSE(client.has_input());
  // An allowed request is not delayed, and neither is reading.
  CHECK(ask(server.address(), request("DELETE", "/b", "Authorization: Bearer secret\r\n")).status == 200);
  CHECK(ask(server.address(), test::k_get).status == 200);
  CHECK(client.read_answer().status == 401);
  CHECK(std::chrono::steady_clock::now() - began >= http::AuthFailureLimiter::k_delay);
  CHECK(server.counters().failed_attempts == http::AuthFailureLimiter::k_at_once + 1);
  CHECK(server.handled() == std::vector<std::string>{"DELETE /b", "GET /a"});
}

TEST_CASE("connections, requests and refusals are counted") {
  RunningServer server;
  CHECK(ask(server.address(), test::k_get).status == 200);
  CHECK(ask(server.address(), "GET /a HTTP/1.1\r\n\r\n").status == 400);
  CHECK(ask(server.address(), "rubbish\n").status == 400);
  CHECK(ask(server.address(), request("DELETE", "/a", "Origin: http://evil.example\r\n")).status == 403);
  const http::Counters counters = server.counters();
  CHECK(counters.connections == 4);
  CHECK(counters.malformed == 2);
  CHECK(counters.requests == 2);
  CHECK(counters.failed_attempts == 1);
  CHECK(counters.timeouts == 0);
  CHECK(counters.closed_for_room == 0);
  CHECK(counters.accept_failures == 0);
}

TEST_CASE("a listener for reading only accepts GET and HEAD") {
  ServerOptions options;
  options.serves = http::Serves::reading;
  RunningServer server(options);
  for (const std::string method : {"POST", "DELETE"}) {
    const RawAnswer answer = ask(server.address(), request(method, "/a"));
    CHECK(answer.status == 405);
    CHECK(answer.field("allow") == "GET, HEAD, OPTIONS");
  }
  // The health checks that HAProxy sends.
  for (const std::string& bytes :
       {request("OPTIONS", "*"), request("OPTIONS", "/a"), std::string("OPTIONS / HTTP/1.0\r\n\r\n")}) {
    const RawAnswer answer = ask(server.address(), bytes);
    CHECK(answer.status == 200);
    CHECK(answer.field("allow") == "GET, HEAD, OPTIONS");
    CHECK(answer.field("content-length") == "0");
  }
  CHECK(server.handled().empty());
  CHECK(ask(server.address(), test::k_get).status == 200);
}

TEST_CASE("IPv6 clients are served") {
  ServerOptions options;
  options.address.host = "::1";
  std::optional<RunningServer> server;
  try {
    server.emplace(options);
  } catch (const std::system_error&) {
    WARN("this machine has no IPv6");
    return;
  }
  CHECK(ask(server->address(), test::k_get).status == 200);
  CHECK(server->last_peer().starts_with("[::1]:"));
}

TEST_CASE("a long answer is written in pieces and has its total length") {
  RunningServer server;
  const std::string length = std::to_string(RunningServer::k_pieces * std::string("/pieces").size());
  for (const std::string version : {"1.1", "1.0"}) {
    const RawAnswer answer = ask(server.address(), "GET /pieces HTTP/" + version + "\r\nHost: a\r\n\r\n");
    CHECK(std::to_string(answer.body.size()) == length);
    CHECK(answer.field("content-length") == length);
  }
  RawClient client(server.address());
  client.send(request("HEAD", "/pieces") + test::k_get);
  CHECK(client.read_answer(false).field("content-length") == length);
  CHECK(client.read_answer().body == "GET /a");
}

TEST_CASE("other requests are answered between the pieces of a long answer") {
  RunningServer server;
  RawClient client(server.address());
  client.send(request("GET", "/pieces/until-now"));
  server.wait_for_handled(1);
  CHECK(ask(server.address(), request("GET", "/now")).status == 200);
  CHECK(client.read_answer().body.size() < RunningServer::k_too_many_pieces);
}

TEST_CASE("many long answers are written one after the other, and all arrive") {
  RunningServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(server.address()).send(request("GET", "/pieces"));
  // This client disconnects before its turn.
  RawClient(server.address()).send(request("GET", "/pieces"));
  for (RawClient& client : clients)
    CHECK(client.read_answer().body.size() == RunningServer::k_pieces * std::string("/pieces").size());
}
