#include "live/unsettled_charts.hpp"

#include "support/catch.hpp"
#include "support/manual_clock.hpp"

#include <string>

using namespace std::chrono_literals;
using reaper::live::UnsettledCharts;

namespace {

const UnsettledCharts::ChartKey k_chart{"A_1d", "x.png"};

struct Fixture {
  reaper::test::ManualClock clock;
  UnsettledCharts charts{clock};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "without charts nothing is due") {
  CHECK(charts.empty());
  CHECK_FALSE(charts.until_due().has_value());
  CHECK(charts.take_due().empty());
}

TEST_CASE_METHOD(Fixture, "an unchanged chart is checked less and less often, and then no more") {
  charts.add(k_chart);
  int looks = 0;
  for (auto wait = 1s; wait <= 256s; wait *= 2, ++looks) {
    REQUIRE(charts.until_due() == std::optional<std::chrono::nanoseconds>(wait));
    clock.advance(wait - 1ns);
    REQUIRE(charts.take_due().empty());
    clock.advance(1ns);
    REQUIRE(charts.take_due() == std::vector{k_chart});
  }
  CHECK(looks == 9);
  CHECK(charts.empty());
}

TEST_CASE_METHOD(Fixture, "a changed chart is soon checked again") {
  charts.add(k_chart);
  clock.advance(10s);
  REQUIRE(charts.take_due().size() == 1);
  REQUIRE(charts.until_due() == std::optional<std::chrono::nanoseconds>(2s));
  charts.add(k_chart);
  CHECK(charts.until_due() == std::optional<std::chrono::nanoseconds>(1s));
}

TEST_CASE_METHOD(Fixture, "a chart that its writer closed is not checked") {
  charts.add(k_chart);
  charts.remove(k_chart);
  CHECK(charts.empty());
}

TEST_CASE_METHOD(Fixture, "the number of remembered charts is limited") {
  int taken = 0;
  for (; !charts.full(); ++taken) charts.add({"A_1d", std::to_string(taken)});
  charts.add(k_chart);
  clock.advance(1s);
  CHECK(charts.take_due().size() == static_cast<std::size_t>(taken));
}
