#include "config/service.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <string>
#include <vector>

using namespace reaper::config;
using reaper::test::TempDir;

namespace {

/// Returns the output of systemctl for a loaded unit.
std::string properties(const std::string& more = {}) {
  return "ExecStart={ path=/usr/bin/chart-reaper ; argv[]=chart-reaper serve ; ignore_errors=no ; pid=0 }\n" + more +
         "LoadState=loaded\n";
}

}  // namespace

TEST_CASE("a unit that is not loaded is no service") {
  for (const char* state : {"", "LoadState=not-found\n", "LoadState=masked\nEnvironment=CHART_MAX_AGE_HOURS=1\n"}) {
    const Service service = read_service(state);
    CHECK(service.description.empty());
    CHECK(service.values.empty());
    CHECK(service.errors.empty());
  }
}

TEST_CASE("the description of a service names its user") {
  CHECK(read_service(properties("User=analysis\n")).description == "chart-reaper.service, which runs as analysis");
  CHECK(read_service(properties("User=\n")).description == "chart-reaper.service, which runs as root");
  CHECK(read_service(properties()).description == "chart-reaper.service, which runs as root");
}

TEST_CASE("the variables of a unit are parsed from systemctl's format") {
  const Service service = read_service(
      properties("Environment=ENVIRONMENT=production \"CHART_OUTPUT_DIR=/srv/my charts\" \"CHART_FILE_PATTERNS=*.png\" "
                 "\"CHART_ALLOWED_HOSTS=a\\\"\\\\b\" CHART_LISTEN=\n"));
  const auto given = [](const char* value) { return ServiceValue{value, "chart-reaper.service"}; };
  CHECK(service.values == std::map<std::string, ServiceValue>{{"ENVIRONMENT", given("production")},
                                                              {"CHART_OUTPUT_DIR", given("/srv/my charts")},
                                                              {"CHART_FILE_PATTERNS", given("*.png")},
                                                              {"CHART_ALLOWED_HOSTS", given("a\"\\b")},
                                                              {"CHART_LISTEN", given("")}});
  CHECK(service.errors.empty());
}

TEST_CASE("a later environment file overrides an earlier one, and both override the unit") {
  const TempDir dir;
  const std::string first = dir.write_file("first.env", "CHART_MAX_AGE_HOURS=2\nCHART_MAX_SIZE_MB=2\n");
  const std::string second = dir.write_file("second.env", "CHART_MAX_SIZE_MB=\"3\"\n");
  const Service service =
      read_service(properties("Environment=ENVIRONMENT=staging CHART_MAX_AGE_HOURS=1 CHART_MAX_SIZE_MB=1\n"
                              "EnvironmentFiles=" +
                              first + " (ignore_errors=yes)\nEnvironmentFiles=" + second + " (ignore_errors=no)\n"));
  CHECK(service.values.at("ENVIRONMENT") == ServiceValue{"staging", "chart-reaper.service"});
  CHECK(service.values.at("CHART_MAX_AGE_HOURS") == ServiceValue{"2", first});
  CHECK(service.values.at("CHART_MAX_SIZE_MB") == ServiceValue{"3", second});
}

TEST_CASE("an environment file may be missing only if the unit allows it") {
  const TempDir dir;
  const std::string missing = dir.path("missing.env");
  CHECK(read_service(properties("EnvironmentFiles=" + missing + " (ignore_errors=yes)\n")).errors.empty());
  const Service service = read_service(properties("EnvironmentFiles=" + missing + " (ignore_errors=no)\n"));
  CHECK(service.errors == std::vector<std::string>{"environment file of chart-reaper.service: open '" + missing +
                                                   "': No such file or directory"});
}

TEST_CASE("an unreadable environment file is an error, because its settings are unknown") {
  const TempDir dir;
  const std::string directory = dir.make_dir("a.env");
  CHECK(read_service(properties("EnvironmentFiles=" + directory + " (ignore_errors=yes)\n")).errors.size() == 1);
}

TEST_CASE("options of the service's command line override its environment") {
  const Service service = read_service(
      "LoadState=loaded\nEnvironment=CHART_MAX_SIZE_MB=1\n"
      "ExecStart={ path=/bin/x ; argv[]=x --max-size-mb=2 serve --config /etc/r.conf ; ignore_errors=no ; pid=0 }\n");
  CHECK(service.values.at("CHART_MAX_SIZE_MB") == ServiceValue{"2", "chart-reaper.service --max-size-mb"});
  CHECK(service.values.at("CHART_CONFIG_FILE") == ServiceValue{"/etc/r.conf", "chart-reaper.service --config"});
}

TEST_CASE("an invalid command line of the service is an error") {
  const Service service = read_service("LoadState=loaded\nExecStart={ path=/bin/sh ; argv[]=sh -c x ; pid=0 }\n");
  REQUIRE(service.errors.size() == 1);
  CHECK(service.errors[0].starts_with("ExecStart of chart-reaper.service: "));
}

TEST_CASE("an unknown variable of the service is reported with its source") {
  const Service service = read_service(properties("Environment=CHART_MAX_AGE=6 LANG=C\n"));
  CHECK(unknown_variables(service) ==
        std::vector<std::string>{"CHART_MAX_AGE from chart-reaper.service: unknown setting; the nearest known name is "
                                 "CHART_MAX_AGE_HOURS"});
}
