#include "sweep/removal_run.hpp"

#include "support/catch.hpp"
#include "support/late_writer.hpp"
#include "support/manual_clock.hpp"
#include "support/volume_fixture.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reaper::retention::Reason;
using reaper::retention::Removal;
using reaper::sweep::RemovalRun;
using reaper::test::Call;
using reaper::test::LateWriter;
using reaper::volume::Outcome;
namespace fs = std::filesystem;

namespace {

/// Carries out plans for a chart directory.
struct RunFixture : reaper::test::VolumeFixture {
  /// Returns a plan for all charts, with a reason that always holds.
  std::vector<Removal> plan_all() {
    std::vector<Removal> plan;
    for (auto& chart : scan().charts()) plan.push_back({std::move(chart), Reason::requested});
    return plan;
  }

  RemovalRun start(const std::vector<Removal>& plan, double max_per_second = 0) {
    std::vector<const Removal*> charts;
    for (const Removal& removal : plan) charts.push_back(&removal);
    return RemovalRun({root, limits, clock, max_per_second}, removal_options(), std::move(charts));
  }

  /// Records the finished charts, each of which may finish once.
  void take(std::span<const RemovalRun::Finished> finished) {
    for (const auto& [removal, result] : finished) {
      CHECK(paths_taken.insert(removal->chart.path()).second);
      ++count[result.outcome];
    }
  }

  /// Carries out the whole plan, and checks that every chart finishes.
  void carry_out(const std::vector<Removal>& plan, double max_per_second = 0) {
    auto run = start(plan, max_per_second);
    while (!run.is_over()) take(run.advance());
    CHECK(paths_taken.size() == plan.size());
  }

  reaper::retention::Limits limits{.max_age = 24h, .max_size_bytes = 1'000'000, .min_age = 60s};
  reaper::test::ManualClock clock;
  std::set<std::string> paths_taken;
  std::map<Outcome, unsigned> count;
};

}  // namespace

TEST_CASE_METHOD(RunFixture, "more charts than the window holds are each removed once") {
  for (int i = 0; i < 600; ++i) chart(std::to_string(i) + ".png");
  carry_out(plan_all());
  CHECK(count[Outcome::removed] == 600);
  CHECK(scan().charts().empty());
}

TEST_CASE_METHOD(RunFixture, "a run without charts is over at once") { CHECK(start({}).is_over()); }

TEST_CASE_METHOD(RunFixture, "a chart that may no longer be removed stays and is not touched") {
  chart("x.png");
  auto plan = plan_all();
  plan.front().reason = Reason::expired;
  clock.jump(plan.front().chart.modified() + 23h - clock.now());
  carry_out(plan);
  CHECK(count[Outcome::changed] == 1);
  CHECK(has("x.png"));
  CHECK(system.count(Call::open_at) == 0);
}

TEST_CASE_METHOD(RunFixture, "leases are checked while charts that may no longer be removed are skipped") {
  chart("a.png");
  chart("b.png");
  auto plan = plan_all();
  plan.at(1).reason = Reason::expired;
  clock.jump(plan.at(1).chart.modified() - clock.now());
  LateWriter writer(at("a.png"));
  grace.with_lease = 1h;
  system.wait_long(true);
  auto run = start(plan);
  system.before(Call::wait_for_lease_break, 1, [&] { writer.begin(); });
  take(run.advance());
  writer.end();
  CHECK(run.is_over());
  CHECK(count[Outcome::changed] == 1);
  CHECK(count[Outcome::busy] == 1);
}

TEST_CASE_METHOD(RunFixture, "nothing is removed if the root was replaced") {
  chart("x.png");
  const auto plan = plan_all();
  fs::rename(dir.path("charts"), dir.path("old"));
  dir.make_dir("charts");
  carry_out(plan);
  CHECK(count[Outcome::skipped] == 1);
  CHECK(failures.total() == 1);
  CHECK(dir.has("old/x.png"));
}

TEST_CASE_METHOD(RunFixture, "a root replaced during the run is noticed every few hundred charts") {
  for (int i = 0; i < 600; ++i) chart(std::to_string(i) + ".png");
  const auto plan = plan_all();
  system.before(Call::unlink_at, 1, [&] {
    fs::rename(dir.path("charts"), dir.path("old"));
    dir.make_dir("charts");
  });
  carry_out(plan);
  CHECK(count[Outcome::removed] <= reaper::volume::k_window_charts);
  CHECK(count[Outcome::removed] + count[Outcome::skipped] == 600);
  CHECK(failures.total() == 1);
}

TEST_CASE_METHOD(RunFixture, "a directory that fails again and again is given up for this sweep") {
  for (int i = 0; i < 600; ++i) chart("A_1d/" + std::to_string(i) + ".png");
  const auto plan = plan_all();
  system.fail(Call::unlink_at, EIO);
  carry_out(plan);
  CHECK(failures.total() < 600);
  CHECK(count[Outcome::failed] == failures.total());
  CHECK(count[Outcome::skipped] == 600 - failures.total());
  CHECK(scan().charts().size() == 600);
}

TEST_CASE_METHOD(RunFixture, "with a rate limit charts are removed no faster than it allows") {
  for (int i = 0; i < 11; ++i) chart(std::to_string(i) + ".png");
  const auto plan = plan_all();
  const auto began = std::chrono::steady_clock::now();
  carry_out(plan, 100);
  CHECK(std::chrono::steady_clock::now() - began >= 100ms);
  CHECK(scan().charts().empty());
}

TEST_CASE_METHOD(RunFixture, "with a rate limit a finished chart does not wait for the next one") {
  for (int i = 0; i < 2; ++i) chart(std::to_string(i) + ".png");
  const auto plan = plan_all();
  auto run = start(plan, 0.001);
  const auto finished = run.advance();
  REQUIRE(finished.size() == 1);
  CHECK(finished.front().removal == &plan.front());
  CHECK_FALSE(run.is_over());
}

TEST_CASE_METHOD(RunFixture, "a stop does not wait for the rate limit") {
  for (int i = 0; i < 3; ++i) chart(std::to_string(i) + ".png");
  const auto plan = plan_all();
  system.before(Call::unlink_at, 1, [&] { stop.request_stop(); });
  carry_out(plan, 0.001);
  CHECK(count[Outcome::removed] == 1);
  CHECK(count[Outcome::skipped] == 2);
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(RunFixture, "a stop leaves nothing in quarantine, and every chart finishes") {
  for (int i = 0; i < 600; ++i) chart(std::to_string(i) + ".png");
  const auto plan = plan_all();
  const bool has_leases = GENERATE(true, false);
  if (!has_leases) {
    system.fail(Call::take_lease, EACCES);
    grace.without_lease = 1h;
  }
  system.before(Call::rename_at, 100, [&] { stop.request_stop(); });
  carry_out(plan);
  CHECK(count[Outcome::skipped] >= 500);
  CHECK(count[Outcome::removed] + count[Outcome::skipped] == 600);
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(RunFixture, "a further plan does not wait for quarantined charts") {
  chart("a.png");
  chart("b.png");
  auto all = plan_all();
  std::vector<Removal> further{std::move(all.back())};
  all.pop_back();
  system.before(Call::rename_at, 2, [&] { CHECK(paths_taken.empty()); });
  // Keeps the first chart in quarantine until the second one arrives.
  grace.with_lease = 1h;
  auto run = start(all);
  CHECK_FALSE(run.wants_plan());
  take(run.advance());
  REQUIRE(run.wants_plan());
  run.add(std::move(further));
  CHECK_FALSE(run.wants_plan());
  take(run.advance());
  CHECK(system.count(Call::rename_at) == 2);
  CHECK(paths_taken.empty());
  CHECK_FALSE(run.is_over());
}

TEST_CASE_METHOD(RunFixture, "a stopped run accepts no further plan") {
  chart("x.png");
  const auto plan = plan_all();
  auto run = start(plan);
  stop.request_stop();
  while (!run.is_over()) take(run.advance());
  CHECK_FALSE(run.wants_plan());
  CHECK(count[Outcome::skipped] == 1);
}
