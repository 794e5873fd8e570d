#include "sweep/usage_timeline.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace reaper;
using sweep::UsageTimeline;

namespace {

constexpr base::FileTime k_start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

}  // namespace

TEST_CASE("the latest value of a step stays") {
  UsageTimeline usage;
  usage.note({k_start, 1, 1});
  usage.note({k_start + 900ms, 2, 3});
  usage.note({k_start + 1s, 5, 5});
  REQUIRE(usage.points().size() == 2);
  CHECK(usage.points()[0].at == k_start);
  CHECK(usage.points()[0].bytes == 2);
  CHECK(usage.points()[0].files == 3);
  CHECK(usage.points()[1].bytes == 5);
}

TEST_CASE("the points cover the whole time in ever wider steps and end with the latest") {
  UsageTimeline usage;
  for (int second = 0; second < 20'000; ++second)
    usage.note({k_start + second * 1s, static_cast<std::uint64_t>(second), 1});
  CHECK(usage.points().size() <= UsageTimeline::k_max_points);
  CHECK(usage.points().size() > UsageTimeline::k_max_points / 3);
  CHECK(usage.points().front().at < k_start + 64s);
  CHECK(usage.points().back().bytes == 19'999);
  for (std::size_t i = 1; i < usage.points().size(); ++i) CHECK(usage.points()[i - 1].at < usage.points()[i].at);
}

TEST_CASE("after a day the oldest points are dropped, and the memory stays constant") {
  UsageTimeline usage;
  for (int minute = 0; minute < 60 * 24 * 5; ++minute) usage.note({k_start + minute * 1min, 1, 1});
  CHECK(usage.points().size() <= UsageTimeline::k_max_points);
  const auto covered = usage.points().back().at - usage.points().front().at;
  CHECK(covered > 23h);
  CHECK(covered < 3 * 24h);
}

TEST_CASE("after the clock went back, later points are forgotten") {
  UsageTimeline usage;
  for (int second = 0; second < 100; ++second) usage.note({k_start + second * 1s, 1, 1});
  usage.note({k_start + 50s, 7, 7});
  CHECK(usage.points().back().at == k_start + 50s);
  CHECK(usage.points().back().bytes == 7);
  CHECK(usage.points().size() == 51);
}
