#include "http/access_rules.hpp"

#include "support/catch.hpp"

#include <string>

using namespace reaper;
using http::AccessRules;
using http::refuse_access;
using http::Request;

namespace {

const std::string k_token = "s3cret-of-the-operator";
const AccessRules k_open{true, false, std::nullopt, {"reaper.charts.svc", "Charts.Example."}};
const AccessRules k_open_with_token{true, true, k_token, {}};
const AccessRules k_closed_with_token{false, true, k_token, {}};
const AccessRules k_closed_without_token{false, false, std::nullopt, {}};
const AccessRules k_closed_unusable_token{false, true, std::nullopt, {}};

/// Returns the status of the refusal, or 200 if the request is allowed.
unsigned status(const Request& request, const AccessRules& rules) {
  const auto refusal = refuse_access(request, rules);
  return refusal ? refusal->status : 200;
}

/// Returns a request with these fields; its target does not matter.
Request request(std::string_view host, std::string_view origin, std::string_view fetch_site,
                std::string_view authorization) {
  return {.method = http::Method::post,
          .target = "/",
          .host = std::string(host),
          .origin = std::string(origin),
          .fetch_site = std::string(fetch_site),
          .authorization = std::string(authorization)};
}

Request from_host(std::string_view host) { return request(host, "", "", ""); }

Request from_page(std::string_view origin, std::string_view host, std::string_view fetch_site = "") {
  return request(host, origin, fetch_site, "");
}

Request with_authorization(std::string_view authorization) {
  return request("evil.example", "http://evil.example", "cross-site", authorization);
}

}  // namespace

TEST_CASE("an open listener accepts changes only for addresses, localhost and allowed hosts") {
  for (const std::string_view host : {"localhost", "localhost:8010", "LOCALHOST.:8010", "127.0.0.1:8010", "10.1.2.3",
                                      "[::1]:8010", "reaper.charts.svc:8010", "charts.example"}) {
    CAPTURE(host);
    CHECK(status(from_host(host), k_open) == 200);
  }
  for (const std::string_view host :
       {"", "evil.com", "127.0.0.1.evil.com", "localhost.evil.com", "evil.com:8010", "xlocalhost", "[::1", "127.1"}) {
    CAPTURE(host);
    CHECK(status(from_host(host), k_open) == 403);
  }
}

TEST_CASE("an open listener accepts changes only from its own pages") {
  CHECK(status(from_page("http://127.0.0.1:8010", "127.0.0.1:8010"), k_open) == 200);
  CHECK(status(from_page("HTTP://LOCALHOST:8010", "localhost:8010"), k_open) == 200);
  CHECK(status(from_page("http://localhost", "localhost:80"), k_open) == 200);
  CHECK(status(from_page("https://charts.example", "charts.example"), k_open) == 200);
  for (const std::string_view origin :
       {"null", "http://evil.com", "http://127.0.0.1:3000", "http://localhost:8010", "https://127.0.0.1",
        "http://127.0.0.1:8010/x", "http://127.0.0.1:8010@evil.com", "file://", "127.0.0.1:8010",
        "://127.0.0.1:8010"}) {
    CAPTURE(origin);
    CHECK(status(from_page(origin, "127.0.0.1:8010"), k_open) == 403);
  }
}

TEST_CASE("pages of an allowed host may change something behind a proxy that sends another Host") {
  const std::string_view host = "127.0.0.1:8010";
  CHECK(status(from_page("http://charts.example", host), k_open) == 200);
  CHECK(status(from_page("https://REAPER.charts.svc:443", host, "same-origin"), k_open) == 200);
  CHECK(status(from_page("http://charts.example:3000", host), k_open) == 403);
  CHECK(status(from_page("http://charts.example.evil.com", host), k_open) == 403);
  CHECK(status(from_page("http://charts.example", host, "same-site"), k_open) == 403);
  CHECK(status(from_page("http://charts.example", "evil.com"), k_open) == 403);
}

TEST_CASE("a request that Sec-Fetch-Site marks as foreign is refused") {
  const std::string_view host = "127.0.0.1:8010";
  CHECK(status(from_page("", host, "same-origin"), k_open) == 200);
  CHECK(status(from_page("", host, "none"), k_open) == 200);
  CHECK(status(from_page("", host, "same-site"), k_open) == 403);
  CHECK(status(from_page("", host, "cross-site"), k_open) == 403);
  CHECK(status(from_page("http://127.0.0.1:8010", host, "cross-site"), k_open) == 403);
}

TEST_CASE("a valid token waives the rules for browsers") {
  CHECK(status(with_authorization("Bearer " + k_token), k_open_with_token) == 200);
  CHECK(status(with_authorization("bearer   " + k_token + " "), k_open_with_token) == 200);
  CHECK(status(with_authorization("BEARER " + k_token), k_closed_with_token) == 200);
}

TEST_CASE("a wrong token is refused on every listener that has one") {
  for (const std::string& given :
       {std::string("Bearer"), std::string("Bearer "), std::string("Bearer x"), "Bearer " + k_token.substr(1),
        "Bearer " + k_token.substr(0, 5), "Bearer " + k_token + "x", "Bearer " + k_token + k_token,
        "Bearer " + std::string(1024 * 1024, 's'), "Bearer \"" + k_token + "\""}) {
    CAPTURE(given.substr(0, 40));
    CHECK(status(with_authorization(given), k_open_with_token) == 401);
    CHECK(status(with_authorization(given), k_closed_with_token) == 401);
  }
}

TEST_CASE("an open listener needs no token, and ignores one if none is configured") {
  CHECK(status(from_host("localhost"), k_open_with_token) == 200);
  CHECK(status(request("localhost", "", "", "Basic eDp5"), k_open_with_token) == 200);
  CHECK(status(request("localhost", "", "", "Bearer x"), k_open) == 200);
  CHECK(status(with_authorization("Bearer x"), k_open) == 403);
}

TEST_CASE("other listeners require the token") {
  const auto refusal = refuse_access(from_host("127.0.0.1"), k_closed_with_token);
  REQUIRE(refusal);
  CHECK(refusal->status == 401);
  CHECK(refusal->headers == std::vector<std::pair<std::string, std::string>>{{"WWW-Authenticate", "Bearer"}});
  CHECK(status(request("127.0.0.1", "", "", "Basic " + k_token), k_closed_with_token) == 401);
  CHECK(status(request("127.0.0.1", "", "", k_token), k_closed_with_token) == 401);
}

TEST_CASE("without a usable token file other listeners refuse every change and name the setting") {
  for (const AccessRules& rules :
       {k_closed_without_token, k_closed_unusable_token, AccessRules{false, true, std::string(), {}}}) {
    for (const std::string& given : {std::string(), "Bearer " + k_token, std::string("Bearer ")}) {
      const auto refusal = refuse_access(request("127.0.0.1", "", "", given), rules);
      REQUIRE(refusal);
      CHECK(refusal->status == 403);
      CHECK(refusal->body.find("CHART_ADMIN_TOKEN_FILE") != std::string::npos);
    }
  }
}

TEST_CASE("comparing tokens finds every difference") {
  CHECK(http::equal_in_constant_time("abc", "abc"));
  CHECK(http::equal_in_constant_time("", ""));
  for (const std::string_view given : {"", "ab", "abd", "xbc", "abcabc", "abcd", "ABC"}) {
    CAPTURE(given);
    CHECK_FALSE(http::equal_in_constant_time(given, "abc"));
  }
  CHECK_FALSE(http::equal_in_constant_time("abc", ""));
}

TEST_CASE("a Unix socket is for its own user and root") {
  const auto refused = [](uid_t uid, uid_t own_uid) { return http::refuse_user({uid, {5, 6}}, own_uid, std::nullopt); };
  CHECK_FALSE(refused(1000, 1000));
  CHECK_FALSE(refused(0, 1000));
  CHECK_FALSE(refused(0, 0));
  for (const uid_t uid : {uid_t{1001}, uid_t{65534}, static_cast<uid_t>(-1)}) {
    const auto refusal = refused(uid, 1000);
    REQUIRE(refusal);
    CHECK(refusal->status == 403);
    CHECK(refused(uid, 0));
  }
}

TEST_CASE("a Unix socket with a group is also for its members") {
  const auto refused = [](const http::User& user) { return http::refuse_user(user, 1000, 6); };
  CHECK_FALSE(refused({1000, {5}}));
  CHECK_FALSE(refused({0, {}}));
  CHECK_FALSE(refused({1001, {6}}));
  CHECK_FALSE(refused({1001, {5, 7, 6}}));
  for (const http::User& stranger :
       {http::User{1001, {5, 7}}, http::User{6, {}}, http::User{static_cast<uid_t>(-1), {}}}) {
    const auto refusal = refused(stranger);
    REQUIRE(refusal);
    CHECK(refusal->status == 403);
    CHECK(refusal->body.find("CHART_SOCKET_GROUP") != std::string::npos);
  }
}
