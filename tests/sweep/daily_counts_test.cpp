#include "sweep/daily_counts.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reaper::sweep::DailyCounts;

TEST_CASE("without any event the count is zero") { CHECK(DailyCounts().last_day(0s) == 0); }

TEST_CASE("events of the last 24 hours count, and an hour later they do not") {
  DailyCounts counts;
  counts.add(100h + 30min, 7);
  CHECK(counts.last_day(100h + 30min) == 7);
  counts.add(101h, 1);
  CHECK(counts.last_day(124h + 30min) == 8);
  CHECK(counts.last_day(125h + 30min) == 1);
  CHECK(counts.last_day(1000h) == 0);
}

TEST_CASE("the count covers at least 24 and at most 25 hours") {
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  DailyCounts counts;
  std::vector<std::pair<std::chrono::nanoseconds, std::uint64_t>> all;
  std::chrono::nanoseconds now = 0s;
  for (int i = 0; i < 2000; ++i) {
    now += std::chrono::seconds(random() % (random() % 50 == 0 ? 200'000 : 3000));
    const std::uint64_t count = random() % 100;
    counts.add(now, count);
    all.emplace_back(now, count);
    std::uint64_t least = 0;
    std::uint64_t max = 0;
    for (const auto& [time, number] : all) {
      least += now - time <= 24h ? number : 0;
      max += now - time <= 25h ? number : 0;
    }
    REQUIRE(counts.last_day(now) >= least);
    REQUIRE(counts.last_day(now) <= max);
  }
}
