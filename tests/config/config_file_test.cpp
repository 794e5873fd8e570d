#include "config/config_file.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <sys/stat.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace reaper::config;
using namespace std::string_view_literals;
using Values = std::map<std::string, FileValue>;

namespace {

std::vector<std::string> errors_of(std::string_view text) { return parse_config_text(text, "f").errors; }

}  // namespace

TEST_CASE("a configuration file has lines of name=value") {
  const ConfigFile file = parse_config_text(
      "# the chart directory\n"
      "output-dir=/srv/charts\n"
      "\n"
      "  max-age-hours = 6 \t\r\n"
      "file-patterns=*.png,a=b\n"
      "metrics-listen=\n"
      "environment=production",
      "f");
  CHECK(file.errors.empty());
  CHECK(file.values == Values{{"output-dir", {"/srv/charts", 2}},
                              {"max-age-hours", {"6", 4}},
                              {"file-patterns", {"*.png,a=b", 5}},
                              {"metrics-listen", {"", 6}},
                              {"environment", {"production", 7}}});
}

TEST_CASE("a hash starts a comment only at the start of a line or after a blank") {
  const ConfigFile file = parse_config_text("output-dir=/srv/#1 # the first\nmax-age-hours=6\t#six\n#x\n  # y\n", "f");
  CHECK(file.errors.empty());
  CHECK(file.values == Values{{"output-dir", {"/srv/#1", 1}}, {"max-age-hours", {"6", 2}}});
}

TEST_CASE("an empty configuration file sets nothing") {
  for (const auto text : {""sv, "\n"sv, "\n\n \n"sv, "#"sv}) {
    CHECK(parse_config_text(text, "f").values.empty());
    CHECK(errors_of(text).empty());
  }
}

TEST_CASE("an unknown name in the file is an error with its line and the nearest name") {
  CHECK(errors_of("\nmax-age=6\n") ==
        std::vector<std::string>{"f:2: unknown setting 'max-age'; the nearest known name is max-age-hours"});
  CHECK(errors_of("CHART_LISTEN=127.0.0.1:1") ==
        std::vector<std::string>{"f:1: unknown setting 'CHART_LISTEN'; the nearest known name is listen"});
  CHECK(errors_of("=6").size() == 1);
}

TEST_CASE("every malformed line is an error, and the other lines still count") {
  const ConfigFile file =
      parse_config_text("[section]\nmax-age-hours=6\nmax-age-hours=7\nmax-age-hours=\nlog-level 'x'\n", "f");
  CHECK(file.errors == std::vector<std::string>{"f:1: '[section]' is not of the form name=value",
                                                "f:3: max-age-hours is given twice, first in line 2",
                                                "f:4: max-age-hours is given twice, first in line 2",
                                                "f:5: 'log-level 'x'' is not of the form name=value"});
  CHECK(file.values == Values{{"max-age-hours", {"6", 2}}});
}

TEST_CASE("a byte order mark at the start of the file is reported, and the rest is read") {
  const ConfigFile file = parse_config_text("\xef\xbb\xbfmax-age-hours=6\nmax-age=6\n", "f");
  CHECK(file.errors ==
        std::vector<std::string>{"f:1: the file begins with a UTF-8 byte order mark (BOM); save it without one",
                                 "f:2: unknown setting 'max-age'; the nearest known name is max-age-hours"});
  CHECK(file.values == Values{{"max-age-hours", {"6", 1}}});
  CHECK(errors_of("\xef\xbb\xbf# a comment\n").size() == 1);
  CHECK(errors_of("\xef\xbb\xbf").size() == 1);
}

TEST_CASE("the parser leaves a value in quotes to the check of all values") {
  const ConfigFile file = parse_config_text("log-level=\"info\"\noutput-dir='/a'\n", "f");
  CHECK(file.errors.empty());
  CHECK(file.values == Values{{"log-level", {"\"info\"", 1}}, {"output-dir", {"'/a'", 2}}});
}

TEST_CASE("a file with NUL bytes is refused with one line") {
  CHECK(errors_of("output-dir=/srv\0x\nrubbish\n"sv) ==
        std::vector<std::string>{"f:1: a NUL byte; this is not a text file"});
}

TEST_CASE("errors about a file show unprintable bytes escaped") {
  CHECK(parse_config_text("\x1b[31m", "a\nb").errors ==
        std::vector<std::string>{"a\\nb:1: '\\x1b[31m' is not of the form name=value"});
}

TEST_CASE("a configuration file is read from disk") {
  const reaper::test::TempDir dir;
  const std::string path = dir.write_file("reaper.conf", "max-age-hours=6\n");
  const ConfigFile file = read_config_file(path);
  CHECK(file.errors.empty());
  CHECK(file.values == Values{{"max-age-hours", {"6", 1}}});
}

TEST_CASE("an unreadable configuration file is an error with the reason") {
  const reaper::test::TempDir dir;
  const std::string missing = dir.path("missing.conf");
  CHECK(read_config_file(missing).errors ==
        std::vector<std::string>{"configuration file: open '" + missing + "': No such file or directory"});
  const std::string directory = dir.make_dir("directory");
  CHECK(read_config_file(directory).errors ==
        std::vector<std::string>{"configuration file: read '" + directory + "': Is a directory"});
  const std::string large = dir.write_file("large.conf", std::string(1024 * 1024 + 1, '#'));
  CHECK(read_config_file(large).errors ==
        std::vector<std::string>{"configuration file: read '" + large + "': File too large"});
}

TEST_CASE("a pipe is no configuration file and does not block the start") {
  const reaper::test::TempDir dir;
  const std::string pipe = dir.path("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(read_config_file(pipe).errors ==
        std::vector<std::string>{"configuration file: read '" + pipe + "': Operation not supported"});
}
