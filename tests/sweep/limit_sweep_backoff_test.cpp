#include "sweep/limit_sweep_backoff.hpp"

#include "support/catch.hpp"

#include <memory>

using namespace std::chrono_literals;
using reaper::base::FileTime;
using reaper::sweep::LimitSweepBackoff;
using reaper::sweep::Report;
using reaper::sweep::Storage;
using reaper::sweep::time_to_fill;

namespace {

/// Returns the report of a sweep that found charts to remove for room but could not remove them.
Report fruitless() {
  auto storage = std::make_shared<Storage>();
  storage->as_of = FileTime(1h);
  storage->next_removal = storage->as_of;
  Report report;
  report.storage = storage;
  return report;
}

}  // namespace

TEST_CASE("without room there is no delay, and with much room a short one") {
  constexpr std::uint64_t k_gib = 1024 * 1024 * 1024;
  CHECK(time_to_fill(0) == 0s);
  CHECK(time_to_fill(16 * k_gib) == 1s);
}

TEST_CASE("the delay doubles while sweeps do not help, up to the maximum") {
  LimitSweepBackoff backoff;
  const LimitSweepBackoff::Clock::time_point now{1h};
  CHECK(backoff.earliest_sweep() < now);
  for (const auto expected : {1s, 2s, 4s, 5s, 5s}) {
    backoff.note(fruitless(), 5s, now);
    CHECK(backoff.earliest_sweep() == now + expected);
  }
  SECTION("until one removes something") {
    Report report = fruitless();
    report.files_removed = 1;
    backoff.note(report, 5s, now);
  }
  SECTION("until nothing is over the limit") { backoff.note(Report{}, 5s, now); }
  SECTION("until the limits change") { backoff.reset(); }
  CHECK(backoff.earliest_sweep() <= now);
}
