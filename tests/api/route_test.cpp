#include "api/route.hpp"

#include "api/says.hpp"
#include "support/catch.hpp"

#include <string>

using reaper::api::Audience;
using reaper::api::Endpoint;
using reaper::api::Operation;
using reaper::api::parse_route;
using reaper::api::Route;
using reaper::http::Method;
using reaper::http::parse_method;
using reaper::http::Priority;
using reaper::http::Response;
using reaper::sweep::DryRun;
using reaper::test::says;

namespace {

Operation operation(std::string_view method, std::string_view target) {
  const Route route = parse_route(parse_method(method), target);
  const auto* refusal = std::get_if<Response>(&route.outcome);
  INFO(method << ' ' << target << (refusal != nullptr ? ": " + refusal->body : std::string()));
  REQUIRE(std::holds_alternative<Operation>(route.outcome));
  return std::get<Operation>(route.outcome);
}

Response answer(std::string_view method, std::string_view target) {
  const Route route = parse_route(parse_method(method), target);
  INFO(method << ' ' << target);
  REQUIRE(std::holds_alternative<Response>(route.outcome));
  return std::get<Response>(route.outcome);
}

std::string allow(const Response& response) {
  for (const auto& [name, value] : response.headers)
    if (name == "Allow") return value;
  return {};
}

}  // namespace

TEST_CASE("every route is understood") {
  CHECK(operation("GET", "/charts/storage/stats") == Operation{Endpoint::stats, DryRun::no, ""});
  CHECK(operation("POST", "/charts/cleanup") == Operation{Endpoint::cleanup, DryRun::no, ""});
  CHECK(operation("DELETE", "/charts/all") == Operation{Endpoint::remove_all, DryRun::no, ""});
  CHECK(operation("DELETE", "/charts/RELIANCE/1day") == Operation{Endpoint::remove_set, DryRun::no, "RELIANCE_1day"});
  CHECK(operation("GET", "/healthz").endpoint == Endpoint::health);
  CHECK(operation("GET", "/readyz").endpoint == Endpoint::readiness);
  CHECK(operation("GET", "/metrics").endpoint == Endpoint::metrics);
  CHECK(operation("GET", "/").endpoint == Endpoint::page);
  CHECK(operation("GET", "/openapi.json").endpoint == Endpoint::openapi);
  CHECK(operation("GET", "/config").endpoint == Endpoint::config);
  CHECK(operation("GET", "/charts/usage").endpoint == Endpoint::usage);
  CHECK(operation("GET", "/charts/ages").endpoint == Endpoint::ages);
  CHECK(operation("GET", "/charts/sets?limit=3").query.sets.limit == 3);
  CHECK(operation("GET", "/charts/sweeps").endpoint == Endpoint::sweeps);
  CHECK(operation("GET", "/charts/removals").endpoint == Endpoint::removals);
  CHECK(operation("GET", "/charts/explain?path=A_1d/x%20y.png").query.path == "A_1d/x y.png");
}

TEST_CASE("HEAD is understood where GET is") {
  const auto path = GENERATE(as<std::string>{}, "/charts/storage/stats", "/healthz", "/readyz", "/metrics");
  CHECK(operation("HEAD", path) == operation("GET", path));
}

TEST_CASE("symbols are percent-decoded") {
  const auto set_of = [](std::string_view target) { return operation("DELETE", target).set; };
  CHECK(set_of("/charts/NIFTY%2050/1day") == "NIFTY 50_1day");
  CHECK(set_of("/charts/M%26M/1day") == "M&M_1day");
  CHECK(set_of("/charts/M&M/1day") == "M&M_1day");
  CHECK(set_of("/charts/BRK.B/1day") == "BRK.B_1day");
  CHECK(set_of("/charts/%5ENSEI/1day") == "^NSEI_1day");
  CHECK(set_of("/charts/^NSEI/1day") == "^NSEI_1day");
  CHECK(set_of("/charts/A_B/1day") == "A_B_1day");
  CHECK(set_of("/charts/%E6%97%A5%E7%B5%8C/5min") == "\xE6\x97\xA5\xE7\xB5\x8C_5min");
  CHECK(set_of("/charts/a;b/1day") == "a;b_1day");
  CHECK(set_of("/charts/A+B/1day") == "A+B_1day");
  CHECK(set_of("/charts/.../1day") == "..._1day");
  CHECK(set_of("/charts/*/1day") == "*_1day");
  CHECK(set_of("/charts/all/1day") == "all_1day");
  CHECK(set_of("/charts/100%25/1day") == "100%_1day");
}

TEST_CASE("equivalent spellings are the same route") {
  CHECK(operation("DELETE", "/charts/%61ll").endpoint == Endpoint::remove_all);
  CHECK(operation("DELETE", "/%63harts/a%6Cl").endpoint == Endpoint::remove_all);
  CHECK(answer("GET", "/charts/%61ll").status == 405);
}

TEST_CASE("a hostile target never becomes a removal") {
  const auto target =
      GENERATE(as<std::string>{}, "/charts/../all", "/charts/%2e%2e/all", "/charts/x/../all", "/charts/%2E%2E/1day",
               "/charts/./all", "/charts/a%2fb/1day", "/charts/..%2fx/1day", "/charts/BTC%00/1day", "/charts/%zz/1day",
               "/charts/%c0%af/1day", "/charts/BTC/%ff", "/charts//all", "//charts/all", "/charts//1day",
               "/charts/BTC/", "/charts/BTC/%2e", "/charts/all;x", "/charts/all#", "/charts;/all", "/charts/all/",
               "/charts/BTC/1day/", "/charts/BTC/1day/x", "/charts/ALL", "/Charts/all", "/charts", "/charts/",
               "/charts/BTC", "//", "", "charts/all", "*", "/charts/all%20", "/charts/cleanup/");
  const auto method = GENERATE(as<std::string>{}, "DELETE", "POST", "GET", "delete", "");
  CAPTURE(method, target);
  const Response refusal = answer(method, target);
  CHECK((refusal.status == 400 || refusal.status == 404));
  CHECK(refusal.content_type == "application/problem+json");
}

TEST_CASE("a bad segment is 400 and an unknown path 404") {
  CHECK(answer("DELETE", "/charts/%2e%2e/all").status == 400);
  CHECK(answer("DELETE", "/charts//1day").status == 400);
  CHECK(answer("DELETE", "/charts/BTC/").status == 400);
  CHECK(answer("DELETE", "/charts/ALL").status == 404);
}

TEST_CASE("an unknown path names the routes") {
  const Response response = answer("GET", "/nowhere");
  CHECK(response.status == 404);
  for (const char* path : {"GET /charts/storage/stats", "POST /charts/cleanup", "DELETE /charts/all",
                           "DELETE /charts/{symbol}/{interval}", "/healthz", "/readyz", "/metrics"})
    CHECK(says(response, path));
}

TEST_CASE("a slash at the end is 404 and says which route is meant") {
  const auto [target, meant] = GENERATE(table<std::string, std::string>({
      {"/charts/all/", "/charts/all."},
      {"/charts/cleanup/", "/charts/cleanup."},
      {"/charts/storage/stats/", "/charts/storage/stats."},
      {"/charts/BTC/1day/", "/charts/{symbol}/{interval}."},
      {"/healthz/", "/healthz."},
  }));
  const Response response = answer("DELETE", target);
  CHECK(response.status == 404);
  CHECK(says(response, "the route is " + meant));
}

TEST_CASE("an interval with an underscore is refused because it would name another set") {
  const Response response = answer("DELETE", "/charts/BTC_1/h_x");
  CHECK(response.status == 400);
  CHECK(says(response, "An interval cannot contain '_'"));
  CHECK(answer("DELETE", "/charts/BTC/_").status == 400);
  CHECK(answer("DELETE", "/charts/BTC/1%5Fday").status == 400);
}

TEST_CASE("the name of a chart set may have 255 bytes and no more") {
  CHECK(operation("DELETE", "/charts/" + std::string(250, 'x') + "/1day").set.size() == 255);
  const Response response = answer("DELETE", "/charts/" + std::string(251, 'x') + "/1day");
  CHECK(response.status == 400);
  CHECK(says(response, "256 bytes"));
  CHECK(answer("DELETE", "/charts/" + std::string(300, 'x') + "/1day").status == 400);
}

TEST_CASE("another method is 405 with the methods that are allowed") {
  const auto [method, target, allowed] = GENERATE(table<std::string, std::string, std::string>({
      {"POST", "/charts/storage/stats", "GET, HEAD, OPTIONS"},
      {"DELETE", "/charts/storage/stats", "GET, HEAD, OPTIONS"},
      {"GET", "/charts/cleanup", "OPTIONS, POST"},
      {"HEAD", "/charts/cleanup", "OPTIONS, POST"},
      {"DELETE", "/charts/cleanup", "OPTIONS, POST"},
      {"GET", "/config/reload", "OPTIONS, POST"},
      {"GET", "/charts/all", "DELETE, OPTIONS"},
      {"POST", "/charts/all", "DELETE, OPTIONS"},
      {"GET", "/charts/RELIANCE/1day", "DELETE, OPTIONS"},
      {"PUT", "/charts/RELIANCE/1day", "DELETE, OPTIONS"},
      {"POST", "/healthz", "GET, HEAD, OPTIONS"},
      {"TRACE", "/readyz", "GET, HEAD, OPTIONS"},
      {"get", "/metrics", "GET, HEAD, OPTIONS"},
  }));
  CAPTURE(method, target);
  const Response response = answer(method, target);
  CHECK(response.status == 405);
  CHECK(response.content_type == "application/problem+json");
  CHECK(allow(response) == allowed);
}

TEST_CASE("OPTIONS lists the methods") {
  const auto [target, allowed] = GENERATE(table<std::string, std::string>({
      {"/charts/storage/stats", "GET, HEAD, OPTIONS"},
      {"/charts/cleanup?dry_run=true", "OPTIONS, POST"},
      {"/charts/all", "DELETE, OPTIONS"},
      {"/charts/RELIANCE/1day", "DELETE, OPTIONS"},
      {"/metrics", "GET, HEAD, OPTIONS"},
  }));
  const Response response = answer("OPTIONS", target);
  CHECK(response.status == 204);
  CHECK(response.body.empty());
  CHECK(allow(response) == allowed);
}

TEST_CASE("OPTIONS on an unknown path is 404") { CHECK(answer("OPTIONS", "/nowhere").status == 404); }

TEST_CASE("a dry run accepts the same words as the settings") {
  const auto path = GENERATE(as<std::string>{}, "POST /charts/cleanup", "DELETE /charts/all", "DELETE /charts/A/1day");
  const std::string method = path.substr(0, path.find(' '));
  const std::string target = path.substr(path.find(' ') + 1) + "?dry_run=";
  for (const char* yes : {"true", "1", "yes", "on", "True", "TRUE", "%74rue"})
    CHECK(operation(method, target + yes).dry_run == DryRun::yes);
  for (const char* no : {"false", "0", "no", "off", "False"})
    CHECK(operation(method, target + no).dry_run == DryRun::no);
}

TEST_CASE("a parameter that is not understood is refused on routes that remove charts") {
  const auto query = GENERATE(as<std::string>{}, "dry_run", "dry_run=", "dry_run=maybe", "dry_run=2", "dry_run=true%20",
                              "dry_run=true;x", "dry_run=true&dry_run=true", "dry_run=true&dry_run=false",
                              "dryrun=true", "DRY_RUN=true", "dry-run=true", "dry_run%20=true", "=true", "x=1",
                              "dry_run=true&x=1", "dry_run=%ff", "dry_run=true?");
  CAPTURE(query);
  for (const char* path : {"/charts/all?", "/charts/A/1day?"}) CHECK(answer("DELETE", path + query).status == 400);
  CHECK(answer("POST", "/charts/cleanup?" + query).status == 400);
}

TEST_CASE("the answer to a refused parameter names the allowed values") {
  CHECK(says(answer("POST", "/charts/cleanup?x=1"), "Unknown parameter 'x'; allowed: dry_run."));
  CHECK(says(answer("POST", "/charts/cleanup?dry_run=2"), "allowed: true, false, 1, 0, yes, no, on, off."));
  CHECK(says(answer("POST", "/charts/cleanup?dry_run=1&dry_run=1"), "more than once"));
}

TEST_CASE("a reload takes no parameter") {
  CHECK(operation("POST", "/config/reload").endpoint == Endpoint::reload);
  CHECK(operation("POST", "/config/reload?").endpoint == Endpoint::reload);
  for (const char* query : {"dry_run=true", "x=1", "x"})
    CHECK(says(answer("POST", std::string("/config/reload?") + query), "; /config/reload takes none."));
}

TEST_CASE("an empty query is no query") {
  CHECK(operation("POST", "/charts/cleanup?") == operation("POST", "/charts/cleanup"));
  CHECK(operation("DELETE", "/charts/all?&").dry_run == DryRun::no);
}

TEST_CASE("unknown parameters of a reading route are ignored") {
  CHECK(operation("GET", "/charts/storage/stats?_=1700000000&dry_run=maybe").endpoint == Endpoint::stats);
}

TEST_CASE("probes may use more connections than other requests, and questions fewer") {
  const auto priority_of = [](std::string_view target) { return parse_route(Method::get, target).priority; };
  CHECK(priority_of("/healthz") == Priority::immediate);
  CHECK(priority_of("/healthz?verbose=1") == Priority::immediate);
  CHECK(priority_of("/readyz") == Priority::probe);
  CHECK(priority_of("/metrics") == Priority::probe);
  for (const auto* target : {"/charts/ages", "/charts/sets?limit=10", "/charts/explain?path=a"})
    CHECK(priority_of(target) == Priority::question);
  for (const auto* target : {"/charts/storage/stats", "/charts/cleanup", "/charts/all", "/charts/A/1d", "/",
                             "/healthz/", "/none", "*", "/%zz", ""}) {
    CAPTURE(target);
    CHECK(priority_of(target) == Priority::ordinary);
  }
}

TEST_CASE("the label is the pattern of the path, also for refusals, and one label covers all unknown paths") {
  const auto [target, label] = GENERATE(table<std::string, std::string>({
      {"/healthz?x=1", "/healthz"},
      {"/charts/NIFTY%2050/1day", "/charts/{symbol}/{interval}"},
      {"/charts/A/1_day", "/charts/{symbol}/{interval}"},
      {"/charts/sets?limit=0", "/charts/sets"},
      {"/charts/all", "/charts/all"},
      {"/healthz/", "other"},
      {"/none", "other"},
      {"/%zz", "other"},
      {"*", "other"},
  }));
  CAPTURE(target);
  for (const Method method : {Method::get, Method::delete_, Method::options, Method::other})
    CHECK(parse_route(method, target).label == label);
}

TEST_CASE("the audience is that of the operation, and a final answer is for everybody") {
  const auto audience_of = [](Method method, std::string_view target) { return parse_route(method, target).audience; };
  CHECK(audience_of(Method::get, "/charts/sets") == Audience::administrators);
  CHECK(audience_of(Method::head, "/config") == Audience::administrators);
  CHECK(audience_of(Method::delete_, "/charts/A/1d") == Audience::administrators);
  CHECK(audience_of(Method::get, "/") == Audience::admin_listener);
  CHECK(audience_of(Method::get, "/charts/usage") == Audience::everybody);
  CHECK(audience_of(Method::options, "/charts/sets") == Audience::everybody);
  CHECK(audience_of(Method::get, "/charts/sets?limit=0") == Audience::everybody);
  CHECK(audience_of(Method::get, "/charts/all") == Audience::everybody);
  CHECK(audience_of(Method::get, "/none") == Audience::everybody);
}
