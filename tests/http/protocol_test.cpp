#include "http/protocol.hpp"

#include "support/catch.hpp"

#include <string>

using namespace reaper;
using http::Method;

namespace {

/// Returns the status of the refusal, or 200 if the head is accepted.
unsigned status(const std::string& head_text) {
  const auto request = http::read_request(head_text);
  return request ? 200 : request.error().status;
}

unsigned with_line(const std::string& line) { return status(line + "\r\nHost: a\r\n\r\n"); }
unsigned with_target(const std::string& target) { return with_line("GET " + target + " HTTP/1.1"); }
unsigned with_fields(const std::string& fields) { return status("POST / HTTP/1.1\r\n" + fields + "\r\n"); }
unsigned with_more(const std::string& fields) { return with_fields("Host: a\r\n" + fields); }

}  // namespace

TEST_CASE("a head is split into its parts") {
  const std::string text = "\r\nDELETE /a?b=c HTTP/1.0\r\nHost:a\r\nX:\t b c \t\r\nx: d\r\nEmpty:\r\n\r\n";
  const auto head = http::parse_request_head(text);
  REQUIRE(head.has_value());
  CHECK(head->method == Method::delete_);
  CHECK(head->target == "/a?b=c");
  CHECK(head->version == http::Version::http_1_0);
  CHECK(head->fields.size() == 4);
  CHECK(head->value("HOST") == "a");
  CHECK(head->value("x") == "b c");
  CHECK(head->count("X") == 2);
  CHECK(head->count("empty") == 1);
  CHECK(head->value("empty").empty());
  CHECK(head->count("missing") == 0);
}

TEST_CASE("malformed request lines are 400") {
  for (const std::string line :
       {"", "GET", "GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ",
        "GET / HTTP/1.1x", "GET / http/1.1", "GET / HTTP/11", "GET / HTTP/1.", "GET / HTTP/1.10", "G(T / HTTP/1.1",
        " / HTTP/1.1", "GET HTTP/1.1", "GET / a HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(with_line(line) == 400);
  }
}

TEST_CASE("versions other than 1.0 and 1.1 are 505") {
  for (const std::string version : {"0.9", "1.2", "2.0", "3.0"}) CHECK(with_line("GET / HTTP/" + version) == 505);
  CHECK(with_line("PRI * HTTP/2.0") == 505);
}

TEST_CASE("malformed fields are 400") {
  for (const std::string field :
       {"A b: c", "A : b", "A\t: b", ": b", "A", " folded", "\tfolded", "A(: b", "\xc3\xa9: b"}) {
    CAPTURE(field);
    CHECK(with_more("X: y\r\n" + field + "\r\n") == 400);
    CHECK(with_fields(field + "\r\nHost: a\r\n") == 400);
  }
}

TEST_CASE("a head needs exactly one well-formed Host") {
  for (const std::string host : {"a", "a:80", "127.0.0.1", "[::1]:8010", "127.0.0.1.evil.com"}) {
    CHECK(with_fields("Host: " + host + "\r\n") == 200);
  }
  for (const std::string fields : {"", "Host:\r\n", "Host: a\r\nHost: a\r\n", "Host: a\r\nhOST: b\r\n", "Host: a b\r\n",
                                   "Host: a/b\r\n", "Host: u@a\r\n", "Host: a:x\r\n", "Host: [::1\r\n"}) {
    CAPTURE(fields);
    CHECK(with_fields(fields) == 400);
  }
}

TEST_CASE("HTTP/1.0 may omit Host only for reading") {
  CHECK(status("GET / HTTP/1.0\r\n\r\n") == 200);
  CHECK(status("HEAD / HTTP/1.0\r\n\r\n") == 200);
  CHECK(status("OPTIONS / HTTP/1.0\r\n\r\n") == 200);
  CHECK(status("POST / HTTP/1.0\r\n\r\n") == 400);
  CHECK(status("DELETE / HTTP/1.0\r\nHost: a\r\n\r\n") == 200);
  CHECK(status("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("bodies are refused in every form") {
  CHECK(with_more("") == 200);
  struct Case {
    std::string fields;
    unsigned expected;
  };
  const std::vector<Case> cases{
      {"Content-Length: 0\r\n", 200},
      {"Content-Length: 000\r\n", 200},
      {"Content-Length: 1\r\n", 413},
      {"Content-Length: 70000\r\n", 413},
      {"Content-Length: 18446744073709551616\r\n", 413},
      {"Content-Length: +3\r\n", 400},
      {"Content-Length: -1\r\n", 400},
      {"Content-Length: 0x3\r\n", 400},
      {"Content-Length: 3_\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 3,3\r\n", 400},
      {"Content-Length: 0, 0\r\n", 400},
      {"Content-Length: 3\r\nContent-Length: 3\r\n", 400},
      {"Content-Length: 0\r\nContent-Length: 0\r\n", 400},
      {"Transfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: CHUNKED\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: gzip\r\n", 501},
      {"Transfer-Encoding: identity\r\n", 501},
      {"Transfer-Encoding: xchunked\r\n", 501},
      {"Transfer-Encoding: chunked, gzip\r\n", 501},
      {"Transfer-Encoding: chunked\r\ntransfer-encoding: gzip\r\n", 501},
      {"Transfer-Encoding:\r\n", 501},
      {"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", 400},
      {"Content-Length: 0\r\nTransfer-Encoding: gzip\r\n", 400},
  };
  for (const Case& c : cases) {
    CAPTURE(c.fields);
    CHECK(with_more(c.fields) == c.expected);
  }
  CHECK(status("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 400);
}

TEST_CASE("unknown methods are 501 with the known ones") {
  for (const std::string method : {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}) {
    CHECK(with_line(method + " / HTTP/1.1") == 200);
  }
  for (const std::string line : {"PUT / HTTP/1.1", "TRACE / HTTP/1.1", "CONNECT a:80 HTTP/1.1", "get / HTTP/1.1",
                                 "BREW / HTTP/1.1", "G / HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(with_line(line) == 501);
  }
  CHECK(http::read_request("PUT / HTTP/1.1\r\nHost: a\r\n\r\n").error().headers ==
        std::vector<std::pair<std::string, std::string>>{{"Allow", "GET, HEAD, POST, DELETE, OPTIONS"}});
}

TEST_CASE("targets follow RFC 3986") {
  for (const std::string target : {"/", "//", "/charts/../all", "/%2e%2E/%2f%00%c0%af", "/a;b=c,d:@!$&'()*+=~_-.", "/?",
                                   "/a?b=c&d=/?:@", "/charts/NIFTY%2050/1day"}) {
    CAPTURE(target);
    CHECK(with_target(target) == 200);
  }
  for (const std::string target :
       {"charts", "*",    "/a#b", "/%zz", "/%",   "/%2", "/a%2",     "/^NSEI",     "/a\"b", "/<a>",
        "/a\\b",  "/a`b", "/{a}", "/a|b", "/[a]", "?a",  "ftp://a/", "https://a/", "a:80",  "http:/a"}) {
    CAPTURE(target);
    CHECK(with_target(target) == 400);
  }
  CHECK(with_line("OPTIONS * HTTP/1.1") == 200);
  CHECK(with_line("POST * HTTP/1.1") == 400);
}

TEST_CASE("an absolute target must name this host") {
  const auto get = [](const std::string& target, const std::string& host) {
    return status("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  CHECK(get("http://a/b?c", "a") == 200);
  CHECK(get("HTTP://A:80/b", "a") == 200);
  CHECK(get("http://a:8010", "a:8010") == 200);
  CHECK(get("http://[0::1]/", "[::1]") == 200);
  CHECK(get("http://b/", "a") == 400);
  CHECK(get("http://a:81/", "a") == 400);
  CHECK(get("http://u@a/", "a") == 400);
  CHECK(get("http:///", "a") == 400);
  CHECK(get("http://a/#b", "a") == 400);
  CHECK(get("http://a/%zz", "a") == 400);
  CHECK(get("http://a?b#c", "a") == 400);
  CHECK(status("GET http://a/ HTTP/1.0\r\n\r\n") == 200);
}

TEST_CASE("an absolute target becomes a path") {
  const auto target_of = [](const std::string& target) {
    return http::read_request("OPTIONS " + target + " HTTP/1.0\r\n\r\n")->target;
  };
  CHECK(target_of("/a?b") == "/a?b");
  CHECK(target_of("*") == "*");
  CHECK(target_of("http://a/b?c=http://d/") == "/b?c=http://d/");
  CHECK(target_of("HTTP://a") == "/");
  CHECK(target_of("http://a?b/c") == "/?b/c");
}

TEST_CASE("a request holds the parts of its head that routes and access rules need") {
  const auto request = http::read_request(
      "DELETE http://a/b?c HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\nORIGIN: http://a\r\n"
      "Sec-Fetch-Site: same-origin\r\nAuthorization: Bearer x\r\n\r\n");
  REQUIRE(request.has_value());
  CHECK(request->method == Method::delete_);
  CHECK(request->target == "/b?c");
  CHECK(request->host == "a");
  CHECK(request->accept == "text/plain");
  CHECK(request->origin == "http://a");
  CHECK(request->fetch_site == "same-origin");
  CHECK(request->authorization == "Bearer x");
  CHECK(request->keep_alive);
}

TEST_CASE("requests with Expect are 417") {
  CHECK(with_more("Expect: 100-continue\r\n") == 417);
  CHECK(with_more("Expect: x\r\n") == 417);
  CHECK(with_more("Expect: 100-continue\r\nContent-Length: 5\r\n") == 413);
}

TEST_CASE("a request that offers an upgrade is accepted") {
  CHECK(with_more("Connection: Upgrade\r\nUpgrade: websocket\r\n") == 200);
}

TEST_CASE("fields that access depends on must not appear twice") {
  for (const std::string name : {"Authorization", "Origin", "Sec-Fetch-Site"}) {
    CHECK(with_more(name + ": a\r\n") == 200);
    CHECK(with_more(name + ": a\r\n" + name + ": a\r\n") == 400);
  }
}

TEST_CASE("connections persist by the rules of each HTTP version") {
  const auto keeps = [](const std::string& version, const std::string& fields) {
    return http::read_request("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n")->keep_alive;
  };
  CHECK(keeps("1.1", ""));
  CHECK(keeps("1.1", "Connection: upgrade\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: Close\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: keep-alive\r\nConnection: x, close\r\n"));
  CHECK_FALSE(keeps("1.0", ""));
  CHECK(keeps("1.0", "Connection: Keep-Alive\r\n"));
  CHECK_FALSE(keeps("1.0", "Connection: keep-alive, close\r\n"));
}
