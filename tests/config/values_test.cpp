#include "config/values.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace reaper::config;
using namespace std::string_view_literals;

TEST_CASE("a decimal is digits with at most one point") {
  CHECK(parse_decimal("6", Lowest::above_zero, 10) == 6.0);
  CHECK(parse_decimal("0.25", Lowest::above_zero, 10) == 0.25);
  CHECK(parse_decimal(".5", Lowest::above_zero, 10) == 0.5);
  CHECK(parse_decimal("007", Lowest::above_zero, 10) == 7.0);
}

TEST_CASE("a decimal outside its range is refused") {
  CHECK(parse_decimal("10", Lowest::above_zero, 10) == 10.0);
  CHECK_FALSE(parse_decimal("10.0001", Lowest::above_zero, 10));
  CHECK(parse_decimal("0", Lowest::zero, 10) == 0.0);
  CHECK_FALSE(parse_decimal("0", Lowest::above_zero, 10));
  CHECK_FALSE(parse_decimal("0.000", Lowest::above_zero, 10));
}

TEST_CASE("text that is not a decimal is refused") {
  const std::string text = GENERATE(values<std::string>(
      {"",         ".",    "-1", "-0", "+1",  "1e9", "1e1",   "1E1",   "6h", "18446744073709551616", "nan", "inf",
       "infinity", "0x10", "1 ", " 1", "1\n", "1,5", "1_000", "1.2.3", "six"}));
  CAPTURE(text);
  CHECK_FALSE(parse_decimal(text, Lowest::zero, 1e12));
}

TEST_CASE("a number too small for a double is refused, not read as zero") {
  CHECK_FALSE(parse_decimal("0." + std::string(400, '0') + "1", Lowest::zero, 10));
}

TEST_CASE("patterns are split at commas") {
  CHECK(parse_patterns("*.png") == std::vector<std::string>{"*.png"});
  CHECK(parse_patterns("*.png,*.jpg,a b?.[ps]vg") == std::vector<std::string>{"*.png", "*.jpg", "a b?.[ps]vg"});
}

TEST_CASE("a pattern that can never match a file name is refused") {
  for (const auto text : {""sv, ","sv, "*.png,"sv, ",*.png"sv, "*.png,,*.jpg"sv, "a/*.png"sv, "*.png, *.jpg"sv,
                          "*.png "sv, "*.png\t"sv, "a\0b"sv}) {
    CAPTURE(text);
    CHECK_FALSE(parse_patterns(text));
  }
}

TEST_CASE("hosts are names or addresses") {
  CHECK(parse_hosts("chart-reaper,reaper_1.default.svc.cluster.local,10.0.0.1,fd00::1") ==
        std::vector<std::string>{"chart-reaper", "reaper_1.default.svc.cluster.local", "10.0.0.1", "fd00::1"});
}

TEST_CASE("hosts with scheme, port, blank, wildcard or empty parts are refused") {
  for (const auto text : {""sv, "a,"sv, "http://a"sv, "a:80"sv, "[::1]"sv, "[::1]:80"sv, "a b"sv, "a, b"sv, "a/b"sv,
                          "*"sv, "*.example.com"sv, "-a"sv, "a-"sv, "a..b"sv, ".a"sv, "::1\0"sv, "-1"sv, "ä"sv}) {
    CAPTURE(text);
    CHECK_FALSE(parse_hosts(text));
  }
}

TEST_CASE("the whole file system is refused as a chart directory, however it is written") {
  for (const auto text : {""sv, "/"sv, "//"sv, "/."sv, "/./"sv, "/.."sv, "/srv/.."sv, "/srv/../"sv, "/a\0b"sv}) {
    CAPTURE(text);
    CHECK_FALSE(parse_root_path(text));
  }
  for (const auto text : {"./output/charts"sv, "/srv/charts"sv, "."sv, ".."sv, "/srv/charts/"sv, "a b"sv}) {
    CAPTURE(text);
    CHECK(parse_root_path(text) == std::string(text));
  }
}

TEST_CASE("log format and level are known words in any case") {
  using reaper::base::LogFormat;
  using reaper::base::LogLevel;
  CHECK(parse_log_format("json") == LogFormat::json);
  CHECK(parse_log_format("TEXT") == LogFormat::text);
  CHECK_FALSE(parse_log_format("xml"));
  CHECK(parse_log_level("debug") == LogLevel::debug);
  CHECK(parse_log_level("Info") == LogLevel::info);
  CHECK(parse_log_level("warning") == LogLevel::warning);
  CHECK(parse_log_level("ERROR") == LogLevel::error);
  CHECK_FALSE(parse_log_level("warn"));
  CHECK_FALSE(parse_log_level("info "));
}
