#include "config/environment.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using reaper::config::Environment;
using reaper::config::read_environment;
using reaper::config::unknown_variables;

TEST_CASE("an environment is read from the kernel's format") {
  const char* const entries[] = {"A=1", "B=", "C=x=y", "A=2", "no equals sign", nullptr};
  CHECK(read_environment(entries) == Environment{{"A", "1"}, {"B", ""}, {"C", "x=y"}});
  CHECK(read_environment(nullptr).empty());
}

TEST_CASE("a warning about an unknown CHART_ variable names the nearest known one") {
  const std::vector<std::string> lines =
      unknown_variables(Environment{{"CHART_MAX_AGE", "6"}, {"CHART_CONFIG", "/etc/x"}});
  CHECK(lines == std::vector<std::string>{
                     "CHART_CONFIG from environment: unknown setting; the nearest known name is CHART_CONFIG_FILE",
                     "CHART_MAX_AGE from environment: unknown setting; the nearest known name is CHART_MAX_AGE_HOURS"});
}

TEST_CASE("known, foreign and empty variables are not warned about") {
  CHECK(unknown_variables(Environment{{"CHART_MAX_AGE_HOURS", "6"},
                                      {"CHART_CONFIG_FILE", "/etc/reaper.conf"},
                                      {"ENVIRONMENT", "production"},
                                      {"PATH", "/bin"},
                                      {"MY_CHART_DIR", "x"},
                                      {"CHARTS", "x"},
                                      {"CHART_EMPTY", ""}})
            .empty());
}

TEST_CASE("variables that Kubernetes sets for a Service cause no warning") {
  CHECK(unknown_variables(Environment{{"CHART_REAPER_SERVICE_HOST", "10.0.0.11"},
                                      {"CHART_REAPER_SERVICE_PORT", "8010"},
                                      {"CHART_REAPER_SERVICE_PORT_HTTP", "8010"},
                                      {"CHART_REAPER_PORT", "tcp://10.0.0.11:8010"},
                                      {"CHART_REAPER_PORT_8010_TCP", "tcp://10.0.0.11:8010"},
                                      {"CHART_REAPER_PORT_8010_TCP_PROTO", "tcp"},
                                      {"CHART_REAPER_PORT_8010_TCP_PORT", "8010"},
                                      {"CHART_REAPER_PORT_8010_TCP_ADDR", "10.0.0.11"}})
            .empty());
}

TEST_CASE("a port that an operator meant to set causes a warning") {
  CHECK(unknown_variables(Environment{{"CHART_LISTEN_PORT", "8010"}}).size() == 1);
}

TEST_CASE("a name after a byte order mark causes a warning, because nothing reads it") {
  CHECK(unknown_variables(Environment{{"\xef\xbb\xbf"
                                       "CHART_OUTPUT_DIR",
                                       "/data"}}) ==
        std::vector<std::string>{
            "CHART_OUTPUT_DIR from environment: unknown setting; remove the UTF-8 byte order mark (BOM) before its "
            "name"});
  CHECK(unknown_variables(Environment{{"\xef\xbb\xbf"
                                       "ENVIRONMENT",
                                       "production"}})
            .size() == 1);
  CHECK(unknown_variables(Environment{{"\xef\xbb\xbf"
                                       "PATH",
                                       "/bin"}})
            .empty());
}

TEST_CASE("an unknown name cannot forge a log line") {
  const std::vector<std::string> lines = unknown_variables(Environment{{"CHART_A\nB", "1"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("CHART_A\\nB from environment"));
}
