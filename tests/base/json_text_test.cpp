#include "base/json_text.hpp"

#include "support/catch.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <limits>

using reaper::base::json_text;
namespace json = boost::json;

TEST_CASE("floating-point numbers have the shortest usual notation") {
  CHECK(json_text(23.5) == "23.5");
  CHECK(json_text(0.1) == "0.1");
  CHECK(json_text(18.2) == "18.2");
  CHECK(json_text(-0.25) == "-0.25");
  CHECK(json_text(1000.0) == "1000.0");
  CHECK(json_text(0.0) == "0.0");
  CHECK(json_text(0.01) == "0.01");
}

TEST_CASE("very large and very small numbers stay numbers and read back") {
  for (const double number : {1e300, 1e-300, 1e22, 123456789012345678.0, std::numeric_limits<double>::max(),
                              std::numeric_limits<double>::denorm_min()}) {
    CHECK(json::parse(json_text(number)).to_number<double>() == number);
  }
}

TEST_CASE("integers are exact and have no fraction") {
  CHECK(json_text(6) == "6");
  CHECK(json_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(json_text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

TEST_CASE("numbers that JSON cannot express become null") {
  CHECK(json_text(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(json_text(std::numeric_limits<double>::infinity()) == "null");
  CHECK(json_text(-std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("structures are compact and keep their order") {
  const json::value value{{"success", true},
                          {"stats", {{"total_files", 45}, {"total_size_mb", 23.5}, {"oldest_file_age_hours", nullptr}}},
                          {"list", json::array{1, 2.0, "three", json::array{}, json::object{}}}};
  CHECK(json_text(value) ==
        R"({"success":true,"stats":{"total_files":45,"total_size_mb":23.5,"oldest_file_age_hours":null},)"
        R"("list":[1,2.0,"three",[],{}]})");
}

TEST_CASE("strings and keys are escaped") {
  CHECK(json_text("a\"b\\c\nd") == R"("a\"b\\c\nd")");
  CHECK(json_text(json::object{{"a\"b", 1}}) == R"({"a\"b":1})");
  CHECK(json_text("日経") == "\"日経\"");
  CHECK(json_text("") == "\"\"");
}

TEST_CASE("invisible characters are escaped and parse back to the same text") {
  CHECK(json_text(json::value("\x01\b\f\r\t\x7f")) == R"("\u0001\b\f\r\t\u007f")");
  CHECK(json_text(json::value("a\u202eb\u2028")) == R"("a\u202eb\u2028")");
  CHECK(json_text(json::value("\U000e0041")) == R"("\udb40\udc41")");
  for (const char* text : {"a\u202eb\u2028\u2066", "\U000e0041", "\x01\x1f\x7f\xc2\x9b", "日経 \U0001f4c8"})
    CHECK(json::parse(json_text(json::value(text))).as_string() == text);
}
