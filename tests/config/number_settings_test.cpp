// The settings that are numbers: their ranges, their spelling, and the errors.

#include "config/load.hpp"
#include "config/loading.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace reaper::config;
using reaper::test::effective;
using reaper::test::load_environment;
using reaper::test::TempDir;

namespace {

struct NumberRow {
  std::string variable;
  std::string max;
  std::string above_max;
  double Settings::*member;
};

const std::vector<NumberRow> k_numbers{
    {"CHART_MAX_AGE_HOURS", "876000", "876001", &Settings::max_age_hours},
    {"CHART_MAX_SIZE_MB", "1000000000000", "1000000000001", &Settings::max_size_mb},
    {"CHART_CLEANUP_INTERVAL_MINUTES", "525600", "525601", &Settings::cleanup_interval_minutes},
    {"CHART_MIN_AGE_SECONDS", "31536000", "31536001", &Settings::min_age_seconds},
    {"CHART_MAX_REMOVALS_PER_SECOND", "1000000", "1000001", &Settings::max_removals_per_second},
};

}  // namespace

TEST_CASE("a numeric setting accepts its largest value and names it when it refuses a larger one") {
  for (const NumberRow& row : k_numbers) {
    CAPTURE(row.variable);
    const Loaded largest = load_environment({{row.variable, row.max}});
    CHECK(largest.errors.empty());
    CHECK(largest.settings.*row.member == std::stod(row.max));
    const Loaded larger = load_environment({{row.variable, row.above_max}});
    REQUIRE(larger.errors.size() == 1);
    CHECK(larger.errors[0].ends_with("at most " + row.max));
  }
}

TEST_CASE("a numeric setting refuses anything but a plain decimal in its range") {
  for (const NumberRow& row : k_numbers) {
    for (const std::string value :
         {"-1", "1e9", "6h", "18446744073709551616", "nan", "inf", "6 ", " 6", "+6", "0x10", "-0", "1,5", "ten"}) {
      CAPTURE(row.variable, value);
      const Loaded loaded = load_environment({{row.variable, value}});
      REQUIRE(loaded.errors.size() == 1);
      CHECK(
          loaded.errors[0].starts_with(row.variable + " from environment: '" + value + "' is not allowed; allowed: "));
    }
  }
}

TEST_CASE("the size of the volume is a decimal above zero, if given") {
  CHECK(load_environment({{"CHART_VOLUME_SIZE_MB", "1000000000000"}}).settings.volume_size_mb == 1e12);
  for (const std::string value : {"0", "-1", "1000000000001", "1GB", "auto"}) {
    CAPTURE(value);
    CHECK(load_environment({{"CHART_VOLUME_SIZE_MB", value}}).errors ==
          std::vector<std::string>{"CHART_VOLUME_SIZE_MB from environment: '" + value +
                                   "' is not allowed; allowed: a decimal number above 0, at most 1000000000000"});
  }
}

TEST_CASE("the share of the volume is a decimal above zero and at most 100, with or without a percent sign") {
  for (const auto& [value, percent] : std::vector<std::pair<std::string, double>>{
           {"10", 10}, {"10%", 10}, {"0.5", 0.5}, {"0.5%", 0.5}, {"100", 100}, {"100%", 100}, {"099.50%", 99.5}}) {
    CAPTURE(value);
    const Loaded loaded = load_environment({{"CHART_MAX_SIZE_PERCENT", value}});
    CHECK(loaded.errors.empty());
    CHECK(loaded.settings.max_size_percent == percent);
    CHECK(effective(loaded, "CHART_MAX_SIZE_PERCENT").value == value);
    CHECK(loaded.settings.max_size_mb == 1000);
  }
  for (const std::string value :
       {"0", "0%", "0.0", "-1", "-1%", "101", "100.1%", "%", "10%%", "%10", "10 %", "10 ", "1e1", "10MB", "half"}) {
    CAPTURE(value);
    const Loaded loaded = load_environment({{"CHART_MAX_SIZE_PERCENT", value}});
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].starts_with("CHART_MAX_SIZE_PERCENT from environment: '" + value +
                                       "' is not allowed; allowed: a decimal number above 0, at most 100, with or "
                                       "without %"));
  }
}

TEST_CASE("a bad share of the volume is reported with its source, whatever it is") {
  const TempDir dir;
  const std::string path = dir.write_file("reaper.conf", "max-size-percent=150\n");
  const std::string allowed = " is not allowed; allowed: a decimal number above 0, at most 100, with or without %";
  const auto errors = [](const Sources& sources) { return load(sources).errors; };
  CHECK(errors({{{"max-size-percent", "0"}}, {}, {}}) ==
        std::vector<std::string>{"CHART_MAX_SIZE_PERCENT from command line --max-size-percent: '0'" + allowed});
  CHECK(errors({{}, {{"CHART_MAX_SIZE_PERCENT", "101%"}}, {}}) ==
        std::vector<std::string>{"CHART_MAX_SIZE_PERCENT from environment: '101%'" + allowed});
  CHECK(errors({{}, {}, path}) ==
        std::vector<std::string>{"CHART_MAX_SIZE_PERCENT from " + path + ":1: '150'" + allowed});
}

TEST_CASE("only the minimum age may be zero") {
  for (const NumberRow& row : k_numbers) {
    CAPTURE(row.variable);
    const bool may_be_zero = row.variable == "CHART_MIN_AGE_SECONDS" || row.variable == "CHART_MAX_REMOVALS_PER_SECOND";
    CHECK(load_environment({{row.variable, "0"}}).errors.empty() == may_be_zero);
  }
}
