#include "api/target.hpp"

#include "support/catch.hpp"

using reaper::api::BadTarget;
using reaper::api::parse_target;
using reaper::api::Target;

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

Target good(std::string_view target) {
  const auto parsed = parse_target(target);
  REQUIRE(std::holds_alternative<Target>(parsed));
  return std::get<Target>(parsed);
}

bool is_bad(std::string_view target) {
  const auto parsed = parse_target(target);
  const auto* bad = std::get_if<BadTarget>(&parsed);
  return bad != nullptr && !bad->reason.empty();
}

}  // namespace

TEST_CASE("a path is split before it is decoded") {
  CHECK(good("/charts/NIFTY%2050/1day").segments == std::vector<std::string>{"charts", "NIFTY 50", "1day"});
  CHECK(good("/a%3Fb/c%26d").segments == std::vector<std::string>{"a?b", "c&d"});
  CHECK(good("/a;b=c/d").segments == std::vector<std::string>{"a;b=c", "d"});
  CHECK(good("/a+b").segments == std::vector<std::string>{"a+b"});
  CHECK(good("/%2541").segments == std::vector<std::string>{"%41"});
}

TEST_CASE("a slash at the end leaves an empty last segment") {
  CHECK(good("/").segments == std::vector<std::string>{""});
  CHECK(good("/charts/").segments == std::vector<std::string>{"charts", ""});
}

TEST_CASE("a query is split before it is decoded") {
  CHECK(good("/x").parameters.empty());
  CHECK(good("/x?").parameters.empty());
  CHECK(good("/x?&&").parameters.empty());
  CHECK(good("/x?a=1&b").parameters == Parameters{{"a", "1"}, {"b", ""}});
  CHECK(good("/x?a=b=c&%61=%3D%26").parameters == Parameters{{"a", "b=c"}, {"a", "=&"}});
  CHECK(good("/x?a=1;b=2").parameters == Parameters{{"a", "1;b=2"}});
  CHECK(good("/x?p=/../?").parameters == Parameters{{"p", "/../?"}});
}

TEST_CASE("a plus in a query is a space, and an encoded plus is a plus") {
  CHECK(good("/x?path=NIFTY+50_1d/x+y.png&a+b").parameters == Parameters{{"path", "NIFTY 50_1d/x y.png"}, {"a b", ""}});
  CHECK(good("/x?match=A%2BB").parameters == Parameters{{"match", "A+B"}});
}

TEST_CASE("an ambiguous target is refused") {
  const auto target =
      GENERATE(as<std::string>{}, "", "charts/all", "http://localhost/charts/all", "*", "//", "//charts/all",
               "/charts//all", "/charts///", "/charts/../all", "/charts/./all", "/./charts/all", "/../charts/all",
               "/charts/..", "/charts/%2e%2e/all", "/charts/%2E/all", "/charts/.%2e/1day", "/charts/a%2fb/1day",
               "/charts/a%2Fb/1day", "/charts/a%00/1day", "/charts/%zz/1day", "/charts/%4/1day", "/charts/%",
               "/charts/%4", "/charts/%+1/1day", "/charts/%-1/1day", "/charts/% 1/1day", "/charts/%0x41",
               "/charts/%c0%af/1day", "/charts/%ff/1day", "/charts/%ed%a0%80/1day", "/charts/all#", "/charts/all#x",
               "/charts/a b/1day", "/charts/\xE6\x97\xA5/1day", "/charts/\x80/1day", "/charts/\x7F/1day",
               "/charts/\t/1day", "/charts/all\r\n", "/charts/all?dry_run=%zz", "/charts/all?%=1", "/charts/all?a=#");
  CAPTURE(target);
  CHECK(is_bad(target));
}

TEST_CASE("a NUL byte in a target is refused") { CHECK(is_bad(std::string_view("/charts/all\0", 12))); }
