#include "config/load.hpp"

#include "config/loading.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <string>
#include <vector>

using namespace reaper::config;
using reaper::test::effective;
using reaper::test::load_environment;
using reaper::test::TempDir;

namespace {

/// A setting with three different allowed values, and its default.
struct SettingRow {
  std::string variable;
  std::string option;
  std::vector<std::string> given;
  std::string fallback;
  std::string fallback_source = "default";
};

const std::vector<SettingRow> k_settings{
    {"ENVIRONMENT", "environment", {"production", "staging", "Production"}, "development"},
    {"CHART_OUTPUT_DIR", "output-dir", {"/a", "/b", "c"}, "./output/charts"},
    {"CHART_MAX_AGE_HOURS", "max-age-hours", {"1", "0.5", "3"}, "24", "preset development"},
    {"CHART_MAX_SIZE_MB", "max-size-mb", {"1", "0.25", "3"}, "1000", "preset development"},
    {"CHART_MAX_SIZE_PERCENT", "max-size-percent", {"10", "0.25%", "100%"}, ""},
    {"CHART_VOLUME_SIZE_MB", "volume-size-mb", {"1", "0.25", "3"}, ""},
    {"CHART_CLEANUP_INTERVAL_MINUTES", "cleanup-interval-minutes", {"1", "2.5", "3"}, "60", "preset development"},
    {"CHART_ENABLE_CLEANUP", "enable-cleanup", {"off", "no", "0"}, "true"},
    {"CHART_FILE_PATTERNS", "file-patterns", {"*.jpg", "*.gif,*.png", "a?"}, "*.png"},
    {"CHART_MIN_AGE_SECONDS", "min-age-seconds", {"0", "2", "3.5"}, "60"},
    {"CHART_LISTEN", "listen", {"127.0.0.1:1", "[::1]:2", "unix:/run/x"}, "127.0.0.1:8010"},
    {"CHART_METRICS_LISTEN", "metrics-listen", {"0.0.0.0:1", "[::]:2", "unix:/run/y"}, ""},
    {"CHART_SOCKET_GROUP", "socket-group", {"0", "root", "4294967294"}, ""},
    {"CHART_ADMIN_TOKEN_FILE", "admin-token-file", {"/a", "/b", "c"}, ""},
    {"CHART_ALLOWED_HOSTS", "allowed-hosts", {"a", "b,c", "10.0.0.1"}, ""},
    {"CHART_AUDIT_FILE", "audit-file", {"/a", "/b", "/c"}, ""},
    {"CHART_LOG_FORMAT", "log-format", {"json", "JSON", "text"}, "text"},
    {"CHART_LOG_LEVEL", "log-level", {"debug", "warning", "error"}, "info"},
    {"CHART_WATCH", "watch", {"off", "OFF", "auto"}, "auto"},
    {"CHART_MAX_REMOVALS_PER_SECOND", "max-removals-per-second", {"1", "2.5", "3"}, "0"},
    {"CHART_IO_CONCURRENCY", "io-concurrency", {"1", "32", "AUTO"}, "auto"},
    {"CHART_SANDBOX", "sandbox", {"off", "OFF", "auto"}, "auto"},
};

}  // namespace

TEST_CASE("without any source the settings are the development preset") {
  const Loaded loaded = load({});
  CHECK(loaded.errors.empty());
  CHECK(loaded.warnings.empty());
  const Settings& settings = loaded.settings;
  CHECK(settings.environment == Preset::development);
  CHECK(settings.output_dir == "./output/charts");
  CHECK(settings.max_age_hours == 24);
  CHECK(settings.max_size_mb == 1000);
  CHECK_FALSE(settings.max_size_percent);
  CHECK_FALSE(settings.volume_size_mb);
  CHECK(settings.cleanup_interval_minutes == 60);
  CHECK(settings.enable_cleanup);
  CHECK(settings.file_patterns == std::vector<std::string>{"*.png"});
  CHECK(settings.min_age_seconds == 60);
  CHECK(settings.listen.to_string() == "127.0.0.1:8010");
  CHECK_FALSE(settings.metrics_listen);
  CHECK(settings.socket_group.empty());
  CHECK_FALSE(settings.socket_gid);
  CHECK(settings.admin_token_file.empty());
  CHECK(settings.allowed_hosts.empty());
  CHECK(settings.log_format == reaper::base::LogFormat::text);
  CHECK(settings.log_level == reaper::base::LogLevel::info);
  CHECK(settings.sandbox == FeatureMode::automatic);
}

TEST_CASE("a preset sets the three limits and nothing else") {
  struct PresetRow {
    std::string name;
    Preset preset;
    double hours, megabytes, minutes;
  };
  const auto row = GENERATE(values<PresetRow>({{"development", Preset::development, 24, 1000, 60},
                                               {"staging", Preset::staging, 12, 500, 30},
                                               {"PRODUCTION", Preset::production, 6, 200, 15}}));
  const Loaded loaded = load_environment({{"ENVIRONMENT", row.name}});
  CHECK(loaded.errors.empty());
  CHECK(loaded.settings.environment == row.preset);
  CHECK(loaded.settings.max_age_hours == row.hours);
  CHECK(loaded.settings.max_size_mb == row.megabytes);
  CHECK(loaded.settings.cleanup_interval_minutes == row.minutes);
  CHECK(loaded.settings.min_age_seconds == 60);
}

TEST_CASE("a single limit overrides its preset, and the source names the preset") {
  const Loaded loaded = load_environment({{"ENVIRONMENT", "Production"}, {"CHART_MAX_SIZE_MB", "300"}});
  CHECK(loaded.settings.max_size_mb == 300);
  CHECK(effective(loaded, "CHART_MAX_SIZE_MB").source == "environment");
  CHECK(loaded.settings.max_age_hours == 6);
  CHECK(effective(loaded, "CHART_MAX_AGE_HOURS").source == "preset production");
}

TEST_CASE("the order is command line, environment, file, default") {
  const TempDir dir;
  for (const SettingRow& row : k_settings) {
    CAPTURE(row.variable);
    const std::string path = dir.write_file("reaper.conf", "\n" + row.option + "=" + row.given[2] + "\n");
    const auto expect = [&](const Sources& sources, const std::string& value, const std::string& source) {
      const Loaded loaded = load(sources);
      CHECK(loaded.errors.empty());
      CHECK(effective(loaded, row.variable).value == value);
      CHECK(effective(loaded, row.variable).source == source);
    };
    Sources sources{{{row.option, row.given[0]}}, {{row.variable, row.given[1]}}, path};
    expect(sources, row.given[0], "command line --" + row.option);
    sources.command_line.clear();
    expect(sources, row.given[1], "environment");
    sources.environment.clear();
    expect(sources, row.given[2], path + ":2");
    sources.file.clear();
    expect(sources, row.fallback, row.fallback_source);
  }
}

TEST_CASE("the service comes after the environment and before the file") {
  const TempDir dir;
  for (const SettingRow& row : k_settings) {
    CAPTURE(row.variable);
    const std::string path = dir.write_file(
        "reaper.conf", "output-dir=/file\n" + (row.option == "output-dir" ? "" : row.option + "=" + row.given[2]));
    Sources sources{{}, {{row.variable, row.given[1]}}, path};
    sources.service.description = "chart-reaper.service";
    sources.service.values[row.variable] = {row.given[0], "chart-reaper.service"};
    CHECK(effective(load(sources), row.variable).source == "environment");
    sources.environment.clear();
    CHECK(load(sources).errors.empty());
    CHECK(effective(load(sources), row.variable).value == row.given[0]);
    CHECK(effective(load(sources), row.variable).source == "chart-reaper.service");
    sources.service.values[row.variable].value.clear();
    CHECK(effective(load(sources), row.variable).source.starts_with(path));
  }
}

TEST_CASE("a relative root of the service is refused, because a command would resolve it elsewhere") {
  Sources sources;
  sources.service.description = "chart-reaper.service";
  sources.service.values["CHART_OUTPUT_DIR"] = {"charts", "chart-reaper.service"};
  CHECK(load(sources).errors ==
        std::vector<std::string>{"CHART_OUTPUT_DIR from chart-reaper.service: 'charts' is not allowed; allowed: an "
                                 "absolute path, because the settings are those of the service"});
  sources.service.values.clear();
  REQUIRE(load(sources).errors.size() == 1);
  CHECK(load(sources).errors[0].starts_with("CHART_OUTPUT_DIR from default: './output/charts'"));
}

TEST_CASE("errors and unknown variables of the service are reported with the others") {
  Sources sources;
  sources.service.description = "chart-reaper.service";
  sources.service.values["CHART_OUTPUT_DIR"] = {"/srv/charts", "chart-reaper.service"};
  sources.service.values["CHART_MAX_AGES"] = {"1", "/etc/x.env"};
  sources.service.errors = {"an error"};
  CHECK(load(sources).errors == std::vector<std::string>{"an error"});
  REQUIRE(load(sources).warnings.size() == 1);
  CHECK(load(sources).warnings[0].starts_with("CHART_MAX_AGES from /etc/x.env: "));
}

TEST_CASE("the effective settings are listed in the order of the documentation") {
  const Loaded loaded = load({});
  REQUIRE(loaded.effective.size() == k_settings.size());
  for (std::size_t i = 0; i < k_settings.size(); ++i) CHECK(loaded.effective[i].variable == k_settings[i].variable);
}

TEST_CASE("an empty value is not set, in every source") {
  const TempDir dir;
  for (const SettingRow& row : k_settings) {
    CAPTURE(row.variable);
    const std::string path = dir.write_file("reaper.conf", row.option + "=\n");
    const Loaded loaded = load({{{row.option, ""}}, {{row.variable, ""}}, path});
    CHECK(loaded.errors.empty());
    CHECK(effective(loaded, row.variable).value == row.fallback);
    CHECK(effective(loaded, row.variable).source == row.fallback_source);
  }
}

TEST_CASE("each value is stored in its own setting") {
  const Loaded loaded = load_environment({{"CHART_OUTPUT_DIR", "/srv/charts"},
                                          {"CHART_MAX_AGE_HOURS", "0.5"},
                                          {"CHART_MAX_SIZE_MB", "1.5"},
                                          {"CHART_MAX_SIZE_PERCENT", "12.5%"},
                                          {"CHART_VOLUME_SIZE_MB", "7.5"},
                                          {"CHART_CLEANUP_INTERVAL_MINUTES", "2.5"},
                                          {"CHART_ENABLE_CLEANUP", "off"},
                                          {"CHART_FILE_PATTERNS", "*.png,*.svg"},
                                          {"CHART_MIN_AGE_SECONDS", "3.5"},
                                          {"CHART_LISTEN", "unix:/run/reaper.sock"},
                                          {"CHART_METRICS_LISTEN", "0.0.0.0:9101"},
                                          {"CHART_SOCKET_GROUP", "2000"},
                                          {"CHART_ADMIN_TOKEN_FILE", "/run/token"},
                                          {"CHART_ALLOWED_HOSTS", "reaper,10.0.0.1"},
                                          {"CHART_AUDIT_FILE", "/var/log/audit"},
                                          {"CHART_LOG_FORMAT", "json"},
                                          {"CHART_LOG_LEVEL", "warning"},
                                          {"CHART_SANDBOX", "off"}});
  CHECK(loaded.errors.empty());
  const Settings& settings = loaded.settings;
  CHECK(settings.output_dir == "/srv/charts");
  CHECK(settings.max_age_hours == 0.5);
  CHECK(settings.max_size_mb == 1.5);
  CHECK(settings.max_size_percent == 12.5);
  CHECK(settings.volume_size_mb == 7.5);
  CHECK(settings.cleanup_interval_minutes == 2.5);
  CHECK_FALSE(settings.enable_cleanup);
  CHECK(settings.file_patterns == std::vector<std::string>{"*.png", "*.svg"});
  CHECK(settings.min_age_seconds == 3.5);
  CHECK(settings.listen.path == "/run/reaper.sock");
  REQUIRE(settings.metrics_listen);
  CHECK(settings.metrics_listen->to_string() == "0.0.0.0:9101");
  CHECK(settings.socket_group == "2000");
  CHECK(settings.socket_gid == 2000U);
  CHECK(settings.admin_token_file == "/run/token");
  CHECK(settings.audit_file == "/var/log/audit");
  CHECK(settings.allowed_hosts == std::vector<std::string>{"reaper", "10.0.0.1"});
  CHECK(settings.log_format == reaper::base::LogFormat::json);
  CHECK(settings.log_level == reaper::base::LogLevel::warning);
  CHECK(settings.sandbox == FeatureMode::off);
}

TEST_CASE("an error names setting, source, value and what is allowed") {
  const TempDir dir;
  const std::string path = dir.write_file("reaper.conf", "# x\nmax-size-mb=1GB\n");
  const Loaded loaded =
      load({{{"log-level", "loud"}}, {{"CHART_MAX_AGE_HOURS", "6h"}, {"CHART_OUTPUT_DIR", "/srv/.."}}, path});
  CHECK(loaded.errors ==
        std::vector<std::string>{
            "CHART_OUTPUT_DIR from environment: '/srv/..' is not allowed; allowed: the path of a directory other than "
            "/, which holds more than charts",
            "CHART_MAX_AGE_HOURS from environment: '6h' is not allowed; allowed: a decimal number above 0, at most "
            "876000",
            "CHART_MAX_SIZE_MB from " + path +
                ":2: '1GB' is not allowed; allowed: a decimal number above 0, at most 1000000000000",
            "CHART_LOG_LEVEL from command line --log-level: 'loud' is not allowed; allowed: debug, info, warning or "
            "error"});
}

TEST_CASE("every bad value is reported, not only the first") {
  const Loaded loaded = load_environment({{"ENVIRONMENT", "prod"},
                                          {"CHART_OUTPUT_DIR", "/"},
                                          {"CHART_MAX_AGE_HOURS", "0"},
                                          {"CHART_MAX_SIZE_MB", "x"},
                                          {"CHART_CLEANUP_INTERVAL_MINUTES", "-5"},
                                          {"CHART_ENABLE_CLEANUP", "maybe"},
                                          {"CHART_FILE_PATTERNS", "*.png,"},
                                          {"CHART_MIN_AGE_SECONDS", "-1"},
                                          {"CHART_LISTEN", "8010"},
                                          {"CHART_METRICS_LISTEN", "unix:metrics"},
                                          {"CHART_SOCKET_GROUP", "no-such-group"},
                                          {"CHART_ALLOWED_HOSTS", "http://a"},
                                          {"CHART_LOG_FORMAT", "xml"},
                                          {"CHART_LOG_LEVEL", "loud"},
                                          {"CHART_SANDBOX", "on"}});
  CHECK(loaded.errors.size() == 15);
}

TEST_CASE("a bad value that a higher source overrides is no error") {
  const TempDir dir;
  const std::string path = dir.write_file("reaper.conf", "max-age-hours=6h\n");
  CHECK(load({{}, {{"CHART_MAX_AGE_HOURS", "6"}}, path}).errors.empty());
  CHECK(load({{{"max-age-hours", "6"}}, {{"CHART_MAX_AGE_HOURS", "x"}}, path}).errors.empty());
  CHECK(load({{}, {}, path}).errors.size() == 1);
}

TEST_CASE("errors of the file are reported with those of values, whatever overrides it") {
  const TempDir dir;
  const std::string path = dir.write_file("reaper.conf", "max-age=6\n");
  const Loaded loaded = load({{{"max-age-hours", "6"}}, {{"CHART_LOG_LEVEL", "loud"}}, path});
  REQUIRE(loaded.errors.size() == 2);
  CHECK(loaded.errors[0] == path + ":1: unknown setting 'max-age'; the nearest known name is max-age-hours");
}

TEST_CASE("a file that cannot be read is an error") {
  const TempDir dir;
  CHECK(load({{}, {}, dir.path("missing")}).errors.size() == 1);
}

TEST_CASE("unknown variables are warnings, not errors") {
  const Loaded loaded = load_environment({{"CHART_MAX_AGE", "6"}});
  CHECK(loaded.errors.empty());
  CHECK(loaded.warnings.size() == 1);
}

TEST_CASE("an unprintable value cannot forge a log line") {
  const Loaded loaded = load_environment({{"CHART_LOG_LEVEL", "info\nChart cleanup completed"}});
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0].find('\n') == std::string::npos);
}

TEST_CASE("two listeners cannot share an address, except on port 0") {
  const Loaded same = load_environment({{"CHART_LISTEN", "[::1]:80"}, {"CHART_METRICS_LISTEN", "[0::1]:80"}});
  CHECK(same.errors == std::vector<std::string>{"CHART_METRICS_LISTEN from environment: '[0::1]:80' is not allowed; "
                                                "allowed: an address other than that of CHART_LISTEN"});
  CHECK(load_environment({{"CHART_LISTEN", "unix:/a"}, {"CHART_METRICS_LISTEN", "unix:/a"}}).errors.size() == 1);
  CHECK(load_environment({{"CHART_LISTEN", "[::1]:0"}, {"CHART_METRICS_LISTEN", "[::1]:0"}}).errors.empty());
}
