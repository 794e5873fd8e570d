// The live catalog stays within the limits of the system.

#include "live/live_catalog_fixture.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>

using namespace std::chrono_literals;
using reaper::live::WatchBudget;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_much = 1 << 20U;

struct LimitsFixture : LiveCatalogFixture {
  /// Makes chart sets with one chart each. With the root, that is one more directory.
  void sets(int count) const {
    for (int i = 0; i < count; ++i) chart("S" + std::to_string(i) + "_1d/x.png");
  }
  [[nodiscard]] bool says(const std::string& words) const {
    return live->why_not_watched().find(words) != std::string::npos;
  }
  /// Sets a memory limit that leaves this much: half of the limit is the reserve.
  void leave(std::uint64_t bytes) { limits.memory_bytes = 2 * bytes; }
};

}  // namespace

TEST_CASE_METHOD(LimitsFixture, "an eighth of the user's watches is left to other programs, and watching resumes") {
  limits.user_watches = 16;
  sets(13);
  refresh();
  CHECK(live->is_watched());
  CHECK(live->watches() == 14);
  CHECK(live->max_watches() == 14);
  const bool at_the_start = GENERATE(true, false);
  chart("T_1d/x.png");
  if (at_the_start) live->reset();
  refresh();
  CHECK_FALSE(live->is_watched());
  CHECK(live->is_current());
  CHECK(live->watches() == 0);
  CHECK(says("15 directories need one inotify watch each; fs.inotify.max_user_watches is 16"));
  refresh();
  CHECK(known() == there());
  const unsigned tried = system.count(Call::add_watch);
  scan();
  CHECK(system.count(Call::add_watch) == tried);

  SECTION("because the limit was raised") { limits.user_watches = 32; }
  SECTION("because directories were removed") {
    fs::remove_all(at("T_1d"));
    fs::remove_all(at("S0_1d"));
    fs::remove_all(at("S1_1d"));
    scan();
  }
  scan();
  CHECK(live->is_watched());
  CHECK(live->why_not_watched().empty());
  chart("S3_1d/new.png");
  refresh();
  CHECK(known() == there());
}

TEST_CASE_METHOD(LimitsFixture, "after the kernel refused a watch, it is asked again later, but not at every scan") {
  limits.user_watches = 1000;
  sets(3);
  system.fail(Call::add_watch, ENOSPC, 3);
  scan();
  CHECK_FALSE(live->is_watched());
  CHECK(says("allowed only 2 inotify watches; fs.inotify.max_user_watches is 1000"));
  CHECK(system.count(Call::remove_watch) == 2);
  system.heal();
  scan();
  CHECK(system.count(Call::add_watch) == 0);
  clock.advance(10min);
  scan();
  CHECK(live->is_watched());
}

TEST_CASE_METHOD(LimitsFixture, "an inotify instance that was not available at the start is requested again") {
  system.fail(Call::make_watcher, EMFILE);
  reaper::live::LiveCatalog late(root, clock, progress, reaper::live::Watching::on);
  chart("A_1d/x.png");
  late.refresh({patterns, failures, {}});
  CHECK_FALSE(late.is_watched());
  CHECK(late.watch_descriptor() == -1);
  system.heal();
  late.scan(charts::k_root, {patterns, failures, {}});
  CHECK(late.is_watched());
  CHECK(late.watch_descriptor() >= 0);
}

TEST_CASE_METHOD(LimitsFixture, "watches use no more memory than the limit leaves, and follow a new limit") {
  sets(20);
  leave(10 * WatchBudget::k_watch_bytes + 4000);
  scan();
  CHECK_FALSE(live->is_watched());
  CHECK(says("21 directories need"));
  CHECK(live->only_counted().charts == 0);
  CHECK(known() == there());
  leave(k_much);
  scan();
  CHECK(live->is_watched());
  // New charts also take memory, and the limit may be lowered.
  leave(20 * WatchBudget::k_watch_bytes);
  scan();
  CHECK_FALSE(live->is_watched());
  CHECK(known() == there());
}

TEST_CASE_METHOD(LimitsFixture, "charts beyond the memory limit are counted") {
  for (int i = 0; i < 400; ++i) chart("S" + std::to_string(i / 4) + "_1d/" + std::to_string(i % 4) + ".png", "chart");
  leave(12'000);
  scan();
  CHECK_FALSE(live->is_watched());
  CHECK(live->is_current());
  const auto counted = live->only_counted();
  CHECK(counted.charts > 100);
  CHECK(live->catalog().memory_bytes() <= 12'000);
  CHECK(counted.charts + live->catalog().chart_count() == 400);
  CHECK(counted.bytes + live->catalog().total_bytes() == 400 * 5);
  // Bringing the catalog up to date must not count them again.
  chart("S99_1d/new.png", "chart");
  refresh();
  CHECK(live->only_counted().charts == counted.charts);
  leave(k_much);
  scan();
  CHECK(live->only_counted().charts == 0);
  CHECK(live->is_watched());
  CHECK(known() == there());
}

TEST_CASE_METHOD(LimitsFixture, "a directory that is too deep is noticed when it appears") {
  std::string deep = "1";
  for (int level = 2; level <= 16; ++level) deep += "/" + std::to_string(level);
  SECTION("below a watched directory") {
    dir.make_dir("charts/" + deep);
    refresh();
    CHECK(live->too_deep().count == 0);
    dir.make_dir("charts/" + deep + "/17");
    refresh();
    CHECK(live->too_deep().path == deep + "/17");
  }
  SECTION("as a part of a tree that is moved in") {
    refresh();
    dir.make_dir("charts/" + deep + "/17");
    refresh();
    CHECK(live->too_deep().path == "1");
  }
  CHECK(live->too_deep().count == 1);
  // The report of a full scan has the number.
  CHECK(live->scan(charts::k_root, {patterns, failures, stop.get_token()}).too_deep == 1);
  CHECK(live->too_deep().count == 0);
}
