#include "http/authority.hpp"

#include "support/catch.hpp"

using namespace reaper;
using http::Authority;
using http::is_same_place;
using http::parse_authority;

TEST_CASE("equal authorities are read into equal values") {
  struct Case {
    std::string_view text;
    Authority expected;
  };
  const std::vector<Case> cases{
      {"localhost", {"localhost", false, std::nullopt}},
      {"LocalHost:8010", {"localhost", false, std::uint16_t{8010}}},
      {"localhost.", {"localhost", false, std::nullopt}},
      {"localhost:", {"localhost", false, std::nullopt}},
      {"127.0.0.1:8010", {"127.0.0.1", true, std::uint16_t{8010}}},
      {"127.0.0.1.", {"127.0.0.1", true, std::nullopt}},
      {"127.0.0.1.evil.com", {"127.0.0.1.evil.com", false, std::nullopt}},
      {"2130706433", {"2130706433", false, std::nullopt}},
      {"[::1]", {"::1", true, std::nullopt}},
      {"[0:0:0:0:0:0:0:1]:80", {"::1", true, std::uint16_t{80}}},
      {"[FE80::A]:65535", {"fe80::a", true, std::uint16_t{65535}}},
      {"a_b-c~.example", {"a_b-c~.example", false, std::nullopt}},
      {"caf%C3%A9", {"caf%c3%a9", false, std::nullopt}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(parse_authority(c.text) == c.expected);
  }
}

TEST_CASE("an invalid authority is refused") {
  for (const std::string_view text : {"",
                                      ".",
                                      ":8010",
                                      "a b",
                                      "a/b",
                                      "a?b",
                                      "a#b",
                                      "a@b",
                                      "a\"b",
                                      "a:b",
                                      "a:-1",
                                      "a:65536",
                                      "a:1:2",
                                      "::1",
                                      "[::1",
                                      "[::1]8010",
                                      "[]",
                                      "[127.0.0.1]",
                                      "[fe80::1%25eth0]",
                                      "[v1.x]",
                                      "a%zz",
                                      "a%2",
                                      "\xe6\x97\xa5"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_authority(text));
  }
  CHECK_FALSE(parse_authority(std::string_view("[::1\0]", 6)));
}

TEST_CASE("a missing port is the default port") {
  const auto place = [](std::string_view text) { return *parse_authority(text); };
  CHECK(is_same_place(place("a:80"), place("A"), 80));
  CHECK_FALSE(is_same_place(place("a:443"), place("a"), 80));
  CHECK_FALSE(is_same_place(place("a:80"), place("b:80"), 80));
}
