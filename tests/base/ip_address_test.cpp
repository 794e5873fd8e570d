#include "base/ip_address.hpp"

#include "support/catch.hpp"

#include <string_view>

using namespace reaper::base;
using namespace std::string_view_literals;

TEST_CASE("equal addresses have equal texts") {
  CHECK(canonical_ipv4("127.0.0.1") == "127.0.0.1");
  CHECK(canonical_ipv6("0:0:0:0:0:0:0:1") == "::1");
  CHECK(canonical_ipv6("FE80::A") == "fe80::a");
  CHECK(canonical_ipv6("::ffff:127.0.0.1") == "::ffff:127.0.0.1");
}

TEST_CASE("only four decimal parts are an IPv4 address") {
  for (const auto text : {""sv, "127.1"sv, "2130706433"sv, "0x7f000001"sv, "127.0.0.256"sv, "127.0.0.1.evil.com"sv,
                          "127.0.0.1 "sv, "127.0.0.1\0"sv, "127.0.0.1\0.evil.com"sv, "localhost"sv, "::1"sv}) {
    CAPTURE(text);
    CHECK_FALSE(canonical_ipv4(text));
  }
}

TEST_CASE("an IPv6 address has neither brackets nor a zone") {
  for (const auto text : {""sv, ":"sv, "[::1]"sv, "fe80::1%lo"sv, "::1\0"sv, "1::2::3"sv, "::g"sv, "127.0.0.1"sv}) {
    CAPTURE(text);
    CHECK_FALSE(canonical_ipv6(text));
  }
}

TEST_CASE("a port is digits up to 65535") {
  CHECK(parse_port("0") == 0);
  CHECK(parse_port("0080") == 80);
  CHECK(parse_port("65535") == 65535);
  for (const auto text : {""sv, "65536"sv, "-1"sv, "-0"sv, "+1"sv, " 80"sv, "80 "sv, "80\0"sv, "0x50"sv, "http"sv}) {
    CAPTURE(text);
    CHECK_FALSE(parse_port(text));
  }
}
