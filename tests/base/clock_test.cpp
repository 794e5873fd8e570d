#include "base/clock.hpp"

#include "support/catch.hpp"

using namespace reaper::base;
using namespace std::chrono_literals;

namespace {

FileTime at(std::chrono::nanoseconds since_1970) { return FileTime(since_1970); }

}  // namespace

TEST_CASE("times are written as RFC 3339 in UTC with milliseconds") {
  CHECK(rfc3339(at(0ns)) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(at(1769850900s + 250ms)) == "2026-01-31T09:15:00.250Z");
  CHECK(rfc3339(at(1709251199s + 999ms)) == "2024-02-29T23:59:59.999Z");
  CHECK(rfc3339(at(1709251200s)) == "2024-03-01T00:00:00.000Z");
}

TEST_CASE("fractions of a millisecond are cut off, not rounded up") {
  CHECK(rfc3339(at(999'999'999ns)) == "1970-01-01T00:00:00.999Z");
}

TEST_CASE("times before 1970 are written correctly") {
  CHECK(rfc3339(at(-1ns)) == "1969-12-31T23:59:59.999Z");
  CHECK(rfc3339(at(-24h)) == "1969-12-31T00:00:00.000Z");
}

TEST_CASE("the earliest and the latest time have a text") {
  CHECK(rfc3339(FileTime::max()) == "2262-04-11T23:47:16.854Z");
  CHECK(rfc3339(FileTime::min()) == "1677-09-21T00:12:43.145Z");
}

TEST_CASE("a duration is written in hours with a fraction") {
  CHECK(to_hours(0ns) == 0);
  CHECK(to_hours(90min) == 1.5);
  CHECK(to_hours(-30min) == -0.5);
  CHECK(to_hours(100'000h) == 100'000);
}

TEST_CASE("the machine's clocks advance") {
  const SystemClock clock;
  CHECK(clock.now() > at(0ns));
  const auto first = clock.since_boot();
  CHECK(first > 0ns);
  CHECK(clock.since_boot() >= first);
}
