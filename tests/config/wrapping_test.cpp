#include "config/wrapping.hpp"

#include "base/printable.hpp"
#include "config/load.hpp"
#include "config/setting_table.hpp"
#include "config/values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace reaper::config;
using reaper::base::printable;
using reaper::test::TempDir;

namespace {

/// A setting and an allowed value.
struct WrappingRow {
  std::string variable;
  std::string option;
  std::string good;
};

const std::vector<WrappingRow> k_wrappable{
    {"ENVIRONMENT", "environment", "production"},
    {"CHART_OUTPUT_DIR", "output-dir", "/data"},
    {"CHART_MAX_AGE_HOURS", "max-age-hours", "6"},
    {"CHART_MAX_SIZE_MB", "max-size-mb", "200"},
    {"CHART_MAX_SIZE_PERCENT", "max-size-percent", "10%"},
    {"CHART_VOLUME_SIZE_MB", "volume-size-mb", "500"},
    {"CHART_CLEANUP_INTERVAL_MINUTES", "cleanup-interval-minutes", "15"},
    {"CHART_ENABLE_CLEANUP", "enable-cleanup", "false"},
    {"CHART_FILE_PATTERNS", "file-patterns", "*.png,*.svg"},
    {"CHART_MIN_AGE_SECONDS", "min-age-seconds", "60"},
    {"CHART_LISTEN", "listen", "unix:/run/reaper.sock"},
    {"CHART_METRICS_LISTEN", "metrics-listen", "0.0.0.0:9101"},
    {"CHART_SOCKET_GROUP", "socket-group", "2000"},
    {"CHART_ADMIN_TOKEN_FILE", "admin-token-file", "/run/token"},
    {"CHART_ALLOWED_HOSTS", "allowed-hosts", "reaper,10.0.0.1"},
    {"CHART_AUDIT_FILE", "audit-file", "/var/log/audit"},
    {"CHART_LOG_FORMAT", "log-format", "json"},
    {"CHART_LOG_LEVEL", "log-level", "warning"},
    {"CHART_WATCH", "watch", "off"},
    {"CHART_MAX_REMOVALS_PER_SECOND", "max-removals-per-second", "5"},
    {"CHART_IO_CONCURRENCY", "io-concurrency", "8"},
    {"CHART_SANDBOX", "sandbox", "off"},
};

/// A value as a shell, an editor or an environment file may wrap it. The error must contain `advice`.
struct Wrapped {
  std::string value;
  std::string_view advice;
};

std::vector<Wrapped> wrapped(const std::string& good) {
  constexpr std::string_view k_quotes = "remove the quotes";
  constexpr std::string_view k_blanks = "remove the blank or line end before or after it";
  constexpr std::string_view k_mark = "remove the UTF-8 byte order mark (BOM) before it";
  return {{'"' + good + '"', k_quotes},    {'\'' + good + '\'', k_quotes},   {'"' + good, k_quotes},
          {good + '\'', k_quotes},         {' ' + good, k_blanks},           {good + ' ', k_blanks},
          {good + '\t', k_blanks},         {good + '\r', k_blanks},          {good + '\n', k_blanks},
          {good + "\r\n", k_blanks},       {"\n" + good, k_blanks},          {good + "\xc2\xa0", k_blanks},
          {"\xef\xbb\xbf" + good, k_mark}, {"\xef\xbb\xbf\"" + good, k_mark}};
}

/// Returns the single error line about a bad value.
std::string line_about(const WrappingRow& row, const std::string& source, const Wrapped& given) {
  const auto setting = std::ranges::find(setting_table(), row.variable, &Setting::variable);
  return fmt::format("{} from {}: '{}' is not allowed; allowed: {}; {}", row.variable, source, printable(given.value),
                     setting->allowed, given.advice);
}

/// Returns true if a line of the configuration file can hold the value: it ignores blanks around a value.
bool fits_file(const std::string& value) {
  constexpr std::string_view k_blanks = " \t\r\n";
  return k_blanks.find(value.front()) == std::string_view::npos &&
         k_blanks.find(value.back()) == std::string_view::npos;
}

}  // namespace

TEST_CASE("every setting has a row here") {
  REQUIRE(k_wrappable.size() == setting_table().size());
  for (std::size_t i = 0; i < k_wrappable.size(); ++i) CHECK(setting_table()[i].variable == k_wrappable[i].variable);
}

TEST_CASE("a value in quotes, between blanks or line ends, or after a byte order mark is refused from every source") {
  const TempDir dir;
  for (const WrappingRow& row : k_wrappable) {
    CHECK(load({{{row.option, row.good}}, {}, {}}).errors.empty());
    for (const Wrapped& given : wrapped(row.good)) {
      CAPTURE(row.variable, printable(given.value));
      CHECK(load({{{row.option, given.value}}, {}, {}}).errors ==
            std::vector{line_about(row, "command line --" + row.option, given)});
      CHECK(load({{}, {{row.variable, given.value}}, {}}).errors == std::vector{line_about(row, "environment", given)});
      Sources sources;
      sources.service.description = "chart-reaper.service";
      sources.service.values["CHART_OUTPUT_DIR"] = {"/data", "chart-reaper.service"};
      sources.service.values[row.variable] = {given.value, "/etc/x.env"};
      CHECK(load(sources).errors == std::vector{line_about(row, "/etc/x.env", given)});
      if (!fits_file(given.value)) continue;
      const std::string path = dir.write_file("reaper.conf", "\n" + row.option + " = " + given.value + " \r\n");
      CHECK(load({{}, {}, path}).errors == std::vector{line_about(row, path + ":2", given)});
    }
  }
}

TEST_CASE("a value of only blanks or quotes is not an empty value") {
  for (const std::string value : {" ", "\r", "\n", "\"\"", "''", "\"", "\xef\xbb\xbf"}) {
    CAPTURE(printable(value));
    CHECK(load({{}, {{"CHART_AUDIT_FILE", value}}, {}}).errors.size() == 1);
    CHECK(load({{}, {{"CHART_ADMIN_TOKEN_FILE", value}}, {}}).errors.size() == 1);
  }
}

TEST_CASE("a wrapped path of the configuration file is refused, and nothing is read") {
  for (const Wrapped& given : wrapped("/etc/reaper.conf")) {
    Sources sources;
    sources.file = given.value;
    sources.file_source = "environment";
    CHECK(load(sources).errors ==
          std::vector{fmt::format("CHART_CONFIG_FILE from environment: '{}' is not allowed; allowed: the path of a "
                                  "file; {}",
                                  printable(given.value), given.advice)});
  }
}

TEST_CASE("quotes and blanks inside a value belong to it") {
  CHECK(wrapping_of("/data/O'Neil \"x\" y/z").empty());
  CHECK(wrapping_of("").empty());
  const Loaded loaded =
      load({{}, {{"CHART_OUTPUT_DIR", "/srv/my charts/it's"}, {"CHART_FILE_PATTERNS", "a b*.png"}}, {}});
  CHECK(loaded.errors.empty());
  CHECK(loaded.settings.output_dir == "/srv/my charts/it's");
}

TEST_CASE("a list allows no blanks after its commas and no quoted element") {
  for (const std::string list : {"*.png, *.svg", "*.png ,*.svg", "*.png,\"*.svg\",*.gif", "*.png,'*.svg',*.gif",
                                 "*.png,\r*.svg", "*.png,\n*.svg", "*.png,\xc2\xa0*.svg", "*.png,\xef\xbb\xbf*.svg"}) {
    CAPTURE(printable(list));
    CHECK_FALSE(parse_patterns(list));
    const Loaded loaded = load({{}, {{"CHART_FILE_PATTERNS", list}}, {}});
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].find("none of them empty, in quotes, with a / or with blanks around it") !=
          std::string::npos);
  }
  for (const std::string list : {"a, b", "a ,b", "a,\"b\",c", "a,\rb"}) {
    CAPTURE(printable(list));
    CHECK_FALSE(parse_hosts(list));
  }
}
