// Charts that are removed because the volume runs out of space.

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"
#include "sweep/sweeper.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>
#include <vector>

using namespace std::chrono_literals;
using reaper::live::Watching;
using reaper::retention::Reason;
using reaper::retention::Rule;
using reaper::sweep::DryRun;
using reaper::sweep::Policy;
using reaper::sweep::Report;
using reaper::sweep::Trigger;
using reaper::test::Call;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_block = 4096;
constexpr std::uint64_t k_total = 1000 * k_block;
constexpr std::uint64_t k_reserve = 20 * k_block;  // 2 % of the volume

struct FullVolumeFixture : reaper::test::ChartRoot {
  /// Makes charts of one block each, the oldest first.
  void charts(int count) {
    for (int i = 0; i < count; ++i)
      dir.write_file("charts/A_1d/" + std::to_string(i) + ".png", "chart", clock.now() - 10min * (count - i));
  }

  Report sweep(Trigger trigger = Trigger::timer, DryRun dry_run = DryRun::no) {
    return sweeper.sweep({.trigger = trigger, .dry_run = dry_run, .set = {}, .asked_by = {}}, policy, {});
  }
  std::uint64_t sweep_for_space(Trigger trigger = Trigger::timer) {
    return sweep(trigger).by_reason[static_cast<std::size_t>(Reason::disk_pressure)].files;
  }
  auto read_storage() { return sweeper.read_storage(policy, {}).storage; }

  void lack(std::uint64_t blocks) { system.pretend_space(k_total, free = k_reserve - blocks * k_block); }
  /// Makes each later removal free one block.
  void let_removals_help() {
    system.before_each(Call::unlink_at, [this] { system.pretend_space(k_total, free += k_block); });
  }

  // The result is the same for each way to keep the catalog between sweeps.
  Watching watching = GENERATE(Watching::off, Watching::poll, Watching::on);
  reaper::sweep::Sweeper sweeper{root, clock, log, progress, watching};
  Policy policy{{.max_age = 24h, .max_size_bytes = 1'000'000, .min_age = 60s}, reaper::base::GlobList({"*.png"})};
  std::uint64_t free = 0;
};

}  // namespace

TEST_CASE_METHOD(FullVolumeFixture, "on a nearly full volume the oldest charts are removed until the reserve is free") {
  charts(15);
  lack(10);
  let_removals_help();
  CHECK(sweep(Trigger::timer, DryRun::yes).files_removed == 10);
  CHECK(sweep_for_space() == 10);
  CHECK_FALSE(dir.has("charts/A_1d/9.png"));
  CHECK(dir.has("charts/A_1d/10.png"));
  CHECK(sweep_for_space() == 0);
  lack(1);
  CHECK(sweep_for_space() == 1);
}

TEST_CASE_METHOD(FullVolumeFixture, "expired charts make room first, even if it is freed late") {
  charts(10);
  dir.set_modified("charts/A_1d/0.png", clock.now() - 25h);
  dir.set_modified("charts/A_1d/1.png", clock.now() - 25h);
  lack(3);
  const Report report = sweep();
  CHECK(report.by_reason[static_cast<std::size_t>(Reason::expired)].files == 2);
  CHECK(report.by_reason[static_cast<std::size_t>(Reason::disk_pressure)].files == 1);
}

TEST_CASE_METHOD(FullVolumeFixture, "a pass removes only its plan, however little space is freed") {
  charts(30);
  lack(10);
  system.before_each(Call::unlink_at, [this] { system.pretend_space(k_total, free += k_block / 2 + 1); });
  CHECK(sweep_for_space() == 10);
}

TEST_CASE_METHOD(FullVolumeFixture, "if removals do not help, only a few charts are tried") {
  charts(30);
  lack(10);
  CHECK(sweep_for_space() == 4);
}

TEST_CASE_METHOD(FullVolumeFixture, "if removals do not help, four charts are tried after a minute") {
  charts(20);
  lack(5);
  REQUIRE(sweep_for_space() == 4);
  CHECK(sweep_for_space() == 0);
  CHECK_FALSE(read_storage()->no_gain_until);
  CHECK(read_storage()->next_removal == clock.now() + 2s);
  clock.advance(2s);
  CHECK(read_storage()->no_gain_until == clock.now() + 58s);
  CHECK(read_storage()->next_removal == clock.now() + 58s);
  const auto found = sweeper.answer_questions(policy, {.ages = false, .pages = {}, .paths = {"A_1d/6.png"}}, {});
  const auto facts = found.answers.charts.at("A_1d/6.png");
  REQUIRE(facts);
  CHECK(explain(*facts, policy.limits, clock.now()).rule == Rule::no_gain);

  clock.advance(58s);
  CHECK(read_storage()->next_removal == clock.now());
  CHECK(sweep_for_space() == 4);
  clock.advance(2min);
  let_removals_help();
  CHECK(sweep_for_space() == 5);
  CHECK_FALSE(read_storage()->no_gain_until);
}

TEST_CASE_METHOD(FullVolumeFixture, "charts in use do not keep others from being tried") {
  charts(20);
  lack(10);
  std::vector<reaper::base::FileDescriptor> readers;
  for (int i = 0; i < 5; ++i) {
    readers.emplace_back(::open(dir.path("charts/A_1d/" + std::to_string(i) + ".png").c_str(), O_RDONLY));
    REQUIRE(::flock(readers.back().get(), LOCK_SH) == 0);
  }
  let_removals_help();
  CHECK(sweep_for_space() == 10);
  CHECK(dir.has("charts/A_1d/4.png"));
}

TEST_CASE_METHOD(FullVolumeFixture, "a requested sweep tries four charts at once") {
  charts(20);
  lack(5);
  REQUIRE(sweep_for_space() == 4);
  CHECK(sweep(Trigger::request, DryRun::yes).files_removed == 4);
  CHECK(sweep(Trigger::timer, DryRun::yes).files_removed == 0);
  CHECK(sweep_for_space(Trigger::request) == 4);
  CHECK(sweep_for_space() == 0);
}

TEST_CASE_METHOD(FullVolumeFixture, "charts written during removals do not count as a missing gain") {
  charts(20);
  lack(4);
  system.before(Call::unlink_at, 1, [&] {
    for (int i = 0; i < 4; ++i) dir.write_file("charts/A_1d/new" + std::to_string(i) + ".png", "chart", clock.now());
  });
  REQUIRE(sweep_for_space() == 4);
  // An unwatched volume needs an update to find them.
  read_storage();
  clock.advance(5s);
  CHECK_FALSE(read_storage()->no_gain_until);
  CHECK(sweep_for_space() == 4);
}

TEST_CASE_METHOD(FullVolumeFixture, "a volume without free inodes loses as many charts as it needs inodes") {
  charts(20);
  system.pretend_space(k_total, k_total / 2);
  system.pretend_inodes(500, 3);
  CHECK(read_storage()->free_inodes == 3);
  std::uint64_t inodes = 3;
  system.before_each(Call::unlink_at, [&] { system.pretend_inodes(500, ++inodes); });
  CHECK(sweep_for_space() == 7);
}

TEST_CASE_METHOD(FullVolumeFixture, "a chart with another link stays when space is missing") {
  charts(3);
  fs::create_hard_link(dir.path("charts/A_1d/0.png"), dir.path("backup.png"));
  lack(1);
  CHECK(sweep_for_space() == 1);
  CHECK(dir.has("charts/A_1d/0.png"));
  CHECK_FALSE(dir.has("charts/A_1d/1.png"));
}

TEST_CASE_METHOD(FullVolumeFixture, "the figures say if only young charts could make room") {
  charts(1);
  dir.set_modified("charts/A_1d/0.png", clock.now() - 10s);
  lack(1);
  CHECK(read_storage()->only_young_for_space);
  CHECK(read_storage()->next_removal == clock.now() + 50s);
  lack(0);
  CHECK_FALSE(read_storage()->only_young_for_space);
}
