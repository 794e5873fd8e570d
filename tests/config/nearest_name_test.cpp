#include "config/nearest_name.hpp"

#include "support/catch.hpp"

#include <array>
#include <string_view>

using reaper::config::nearest_name;

TEST_CASE("the nearest name is the intended one") {
  constexpr std::array<std::string_view, 7> known{"CHART_OUTPUT_DIR",    "CHART_MAX_AGE_HOURS",   "CHART_MAX_SIZE_MB",
                                                  "CHART_FILE_PATTERNS", "CHART_MIN_AGE_SECONDS", "CHART_LISTEN",
                                                  "CHART_LOG_LEVEL"};
  CHECK(nearest_name("CHART_MAX_AGE", known) == "CHART_MAX_AGE_HOURS");
  CHECK(nearest_name("CHART_MAX_AEG_HOURS", known) == "CHART_MAX_AGE_HOURS");
  CHECK(nearest_name("CHART_MAX_SIZE_GB", known) == "CHART_MAX_SIZE_MB");
  CHECK(nearest_name("CHART_PATTERN", known) == "CHART_FILE_PATTERNS");
  CHECK(nearest_name("chart-loglevel", known) == "CHART_LOG_LEVEL");
  CHECK(nearest_name("max-age-hours", known) == "CHART_MAX_AGE_HOURS");
  CHECK(nearest_name("CHART_DIR", known) == "CHART_OUTPUT_DIR");
}

TEST_CASE("an abbreviated name is nearer than a similar one") {
  constexpr std::array<std::string_view, 2> known{"json", "max-age-hours"};
  CHECK(nearest_name("m", known) == "max-age-hours");
  CHECK(nearest_name("MAX_AGE", known) == "max-age-hours");
}

TEST_CASE("of equally near names the first one is returned") {
  constexpr std::array<std::string_view, 2> known{"ab", "ac"};
  CHECK(nearest_name("a", known) == "ab");
  CHECK(nearest_name("", known) == "ab");
}
