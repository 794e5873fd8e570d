#include "sweep/clock_guard.hpp"

#include "support/catch.hpp"
#include "support/manual_clock.hpp"

using namespace std::chrono_literals;
using reaper::sweep::ClockGuard;
using reaper::test::ManualClock;

namespace {

constexpr auto k_max_age = 24h;

struct GuardedClock {
  [[nodiscard]] ClockGuard::Verdict check() { return guard.check(clock, k_max_age); }

  ManualClock clock;
  ClockGuard guard;
};

}  // namespace

TEST_CASE_METHOD(GuardedClock, "a clock that runs evenly is trusted") {
  for (int sweep = 0; sweep < 5; ++sweep) {
    CHECK(check().trusted);
    clock.advance(1h);
  }
}

TEST_CASE_METHOD(GuardedClock, "small corrections, even many of them, are no jump") {
  for (int sweep = 0; sweep < 100; ++sweep) {
    clock.jump(sweep % 2 == 0 ? 5min : 4min);
    CHECK(check().trusted);
  }
}

TEST_CASE_METHOD(GuardedClock, "a jump in either direction is noticed in the next sweep") {
  const auto jump = GENERATE(std::chrono::nanoseconds(5min + 1ns), std::chrono::nanoseconds(-5min - 1ns),
                             std::chrono::nanoseconds(8766h), std::chrono::nanoseconds(-8766h));
  REQUIRE(check().trusted);
  clock.jump(jump);
  const auto verdict = check();
  CHECK_FALSE(verdict.trusted);
  CHECK(verdict.jumped == jump);
}

TEST_CASE_METHOD(GuardedClock, "after a jump ages are trusted once the maximum age has passed") {
  REQUIRE(check().trusted);
  clock.jump(8766h);
  REQUIRE_FALSE(check().trusted);
  clock.advance(k_max_age);
  CHECK_FALSE(check().trusted);
  clock.advance(1ns);
  CHECK(check().trusted);
}

TEST_CASE_METHOD(GuardedClock, "a clock that returns is trusted from the following sweep") {
  REQUIRE(check().trusted);
  clock.jump(8766h);
  REQUIRE_FALSE(check().trusted);
  clock.jump(-8766h);
  CHECK_FALSE(check().trusted);
  CHECK(check().trusted);
}

TEST_CASE_METHOD(GuardedClock, "a second jump restarts the wait") {
  REQUIRE(check().trusted);
  clock.jump(100h);
  REQUIRE_FALSE(check().trusted);
  clock.advance(k_max_age - 1h);
  clock.jump(100h);
  REQUIRE_FALSE(check().trusted);
  clock.advance(2h);
  CHECK_FALSE(check().trusted);
}
