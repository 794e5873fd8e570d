#include "config/environment_file.hpp"

#include "support/catch.hpp"

#include <string>

using reaper::config::Environment;
using reaper::config::parse_environment_file;

TEST_CASE("an environment file is read like systemd reads it") {
  struct Row {
    std::string text;
    Environment expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", {}},
      {"A=1\nB=2", {{"A", "1"}, {"B", "2"}}},
      {"A=1\r\n\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}},
      {"A=", {{"A", ""}}},
      {"A=1\nA=2\n", {{"A", "2"}}},
      {"# A=1\n; B=2\n  # C=3\nno equals sign\nD=4\n", {{"D", "4"}}},
      {"  A = 1  \n", {{"A", "1"}}},
      {"A=x # y\n", {{"A", "x # y"}}},
      {"A=b c\td\n", {{"A", "b c\td"}}},
      {"A=\"b c \" \nB=' d'\n", {{"A", "b c "}, {"B", " d"}}},
      {"A=\"b\\\"c\\\\d\\e\"\n", {{"A", "b\"c\\d\\e"}}},
      {"A='b\\c'\n", {{"A", "b\\c"}}},
      {"A=b\\\nc\nB=1\n", {{"A", "bc"}, {"B", "1"}}},
      {"A=b\\ \\\"\n", {{"A", "b \""}}},
      {"A=b\"c\"\n", {{"A", "b\"c\""}}},
      {"A=\"b\nc\"\nB=1\n", {{"A", "b\nc"}, {"B", "1"}}},
      {"A=b=c\n", {{"A", "b=c"}}},
      {"A=b\\", {{"A", "b\\"}}},
  }));
  CAPTURE(row.text);
  CHECK(parse_environment_file(row.text) == row.expected);
}
