#include "sweep/usage_watch.hpp"

#include "support/capture.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"

using reaper::sweep::UsageWatch;

namespace {

struct WatchFixture {
  /// What is logged when the usage, in percent, becomes so much.
  std::string at(unsigned percent) {
    watch.note_usage(percent, 100);
    return logged.take();
  }

  reaper::test::ManualClock clock;
  reaper::test::Capture logged = reaper::test::capture_pipe();
  reaper::telemetry::Log log{clock, logged.writer.get()};
  UsageWatch watch{log};
};

bool says(const std::string& lines, const std::string& what) { return lines.find(what) != std::string::npos; }

}  // namespace

TEST_CASE_METHOD(WatchFixture, "each mark is logged once when it is crossed") {
  CHECK(at(80).empty());
  CHECK(says(at(81), "Chart storage above 80 % of the limit"));
  CHECK(at(90).empty());
  CHECK(at(95).empty());
  CHECK(says(at(96), "Chart storage above 95 % of the limit"));
  CHECK(at(150).empty());
  CHECK(at(85).empty());
  CHECK(says(at(99), "above 95 %"));
  CHECK(says(at(10), "below 80 %"));
  CHECK(at(10).empty());
  CHECK(says(at(81), "above 80 %"));
}

TEST_CASE_METHOD(WatchFixture, "a jump over both marks says the graver one") {
  const std::string lines = at(100);
  CHECK(says(lines, "above 95 %"));
  CHECK(says(lines, "level=error"));
  CHECK_FALSE(says(lines, "80 %"));
}

TEST_CASE_METHOD(WatchFixture, "more than five errors are said once until a sweep has fewer") {
  for (const auto& [errors, said] : {std::pair{5U, false}, {6U, true}, {60U, false}, {0U, false}, {7U, true}}) {
    watch.note_errors(errors);
    CHECK(says(logged.take(), "More than 5 errors in one chart cleanup") == said);
  }
}
