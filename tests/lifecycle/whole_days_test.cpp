#include "lifecycle/whole_days.hpp"

#include "lifecycle/settings.hpp"
#include "support/catch.hpp"

#include <array>
#include <chrono>
#include <cmath>

using namespace reaper;
using namespace reaper::lifecycle;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_time;

namespace {

using Time = sys_time<minutes>;

// The earliest time when each store removes an object.

Time s3_removes(Time written, std::int64_t count) { return std::chrono::ceil<days>(written + days(count)); }
Time gcs_removes(Time written, std::int64_t count) { return written + days(count); }
Time azure_removes(Time written, std::int64_t count) { return written + days(count) + minutes(1); }

}  // namespace

TEST_CASE("hours are rounded up to whole days, at least one") {
  struct Row {
    double max_age_hours;
    std::int64_t expected;
  };
  for (const auto& [max_age_hours, expected] : {Row{0.001, 1}, Row{6, 1}, Row{23.9, 1}, Row{24, 1}, Row{24.001, 2},
                                                Row{30, 2}, Row{48, 2}, Row{49, 3}, Row{876'000, 36'500}}) {
    CAPTURE(max_age_hours);
    CHECK(whole_days(with_max_age(max_age_hours)) == expected);
  }
}

TEST_CASE("the smallest excess over whole days is one more day") {
  for (const double whole : {24.0, 72.0, 240.0, 876'000.0}) {
    CAPTURE(whole);
    CHECK(whole_days(with_max_age(std::nextafter(whole, 1e9))) == static_cast<std::int64_t>(whole / 24) + 1);
    CHECK(whole_days(with_max_age(std::nextafter(whole, 0))) == static_cast<std::int64_t>(whole / 24));
  }
}

TEST_CASE("a minimum age that is longer decides") {
  config::Settings settings = with_max_age(6);
  CHECK_FALSE(is_min_age_longer(settings));
  settings.min_age_seconds = 86'401;
  CHECK(is_min_age_longer(settings));
  CHECK(whole_days(settings) == 2);
  settings.min_age_seconds = 31'536'000;
  CHECK(whole_days(settings) == 365);
  settings.max_age_hours = 8'761;
  CHECK_FALSE(is_min_age_longer(settings));
  CHECK(whole_days(settings) == 366);
}

TEST_CASE("no store removes an object before the maximum age, and none waits two days longer") {
  const Time midnight = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);
  constexpr std::array k_into_the_day{minutes(0), minutes(1), minutes(719), minutes(1'439)};
  for (int max_age = 1; max_age <= 1000; ++max_age) {
    const std::int64_t count = whole_days(with_max_age(max_age));
    for (const minutes into_the_day : k_into_the_day) {
      const Time written = midnight + into_the_day;
      for (const Time removed :
           {s3_removes(written, count), gcs_removes(written, count), azure_removes(written, count)}) {
        CAPTURE(max_age, into_the_day.count());
        CHECK(removed - written >= hours(max_age));
        CHECK(removed - written < hours(max_age) + days(2));
      }
    }
  }
}
