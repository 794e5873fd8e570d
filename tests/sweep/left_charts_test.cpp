#include "sweep/left_charts.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using reaper::charts::ChartSnapshot;
using reaper::sweep::LeftCharts;
using reaper::volume::Outcome;

namespace {

struct LeftFixture {
  static constexpr bool k_local = true;
  static constexpr bool k_network = false;

  void left(const std::string& name, Outcome outcome = Outcome::busy, std::int64_t modified_ns = 1) {
    charts.note({.directory = "A_1d", .name = name, .modified_ns = modified_ns}, outcome);
  }
  void left(unsigned count, Outcome outcome = Outcome::busy) {
    for (unsigned i = 0; i < count; ++i) left(std::to_string(i), outcome);
  }
  bool is_error(bool local, std::chrono::nanoseconds now = 0s) { return !charts.end_sweep(local, now).likely.empty(); }

  LeftCharts charts;
};

}  // namespace

TEST_CASE_METHOD(LeftFixture, "a sweep without work is no error") {
  CHECK_FALSE(is_error(k_local));
  CHECK_FALSE(is_error(k_network));
}

TEST_CASE_METHOD(LeftFixture, "on a network volume one chart left is an error, because no lease explains it") {
  left(1, GENERATE(Outcome::busy, Outcome::changed));
  CHECK(is_error(k_network));
}

TEST_CASE_METHOD(LeftFixture, "a chart left is no error if something else was removed, failed, or was not tried") {
  left(100);
  left("other.png", GENERATE(Outcome::removed, Outcome::gone, Outcome::failed, Outcome::skipped));
  CHECK_FALSE(is_error(GENERATE(k_local, k_network)));
}

TEST_CASE_METHOD(LeftFixture, "on a local disk writers may use a few charts at a time, but not many") {
  left(LeftCharts::k_too_many_for_writers - 1);
  CHECK_FALSE(is_error(k_local));
  left(LeftCharts::k_too_many_for_writers - 1);
  left("one more.png", Outcome::changed);
  const auto verdict = charts.end_sweep(k_local, 0s);
  CHECK_FALSE(verdict.likely.empty());
  CHECK(verdict.busy == LeftCharts::k_too_many_for_writers - 1);
  CHECK(verdict.changed == 1);
}

TEST_CASE_METHOD(LeftFixture, "a chart that stays busy longer than a write takes is an error from then on") {
  for (const auto now : {0min, 3min, 9min}) {
    left("x.png");
    CHECK_FALSE(is_error(k_local, now));
  }
  for (const auto now : {10min, 11min}) {
    left("x.png");
    CHECK(is_error(k_local, now));
  }
}

TEST_CASE_METHOD(LeftFixture, "a chart that is written again and again is no error") {
  for (int sweep = 0; sweep < 10; ++sweep) {
    left("x.png", Outcome::changed, sweep);
    CHECK_FALSE(is_error(k_local, sweep * 10min));
  }
}

TEST_CASE_METHOD(LeftFixture, "a sweep that removes something resets the count") {
  left("x.png");
  CHECK_FALSE(is_error(k_local));
  left("x.png");
  left("y.png", Outcome::removed);
  CHECK_FALSE(is_error(k_local, 10min));
  left("x.png");
  CHECK_FALSE(is_error(k_local, 11min));
}
