// Charts that another program removes count as vanished; renamed charts do not.

#include "live/vanished_charts.hpp"

#include "live/catalog_scan.hpp"
#include "live/live_catalog_fixture.hpp"

#include <fcntl.h>

#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <thread>

using reaper::base::FileDescriptor;
using reaper::live::VanishedCharts;
using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace fs = std::filesystem;

namespace {

struct VanishedFixture : LiveCatalogFixture {
  explicit VanishedFixture(Watching how = GENERATE(Watching::poll, Watching::on)) : LiveCatalogFixture(how) {
    for (const char* path : {"A_1d/x.png", "A_1d/y.png", "B_1d/deep/z.png", "C_1d/w.png"}) old_chart(path);
    refresh();
    pass_time();
  }

  /// Makes a chart of unique size that was last written long ago.
  void old_chart(const std::string& path) {
    chart(path, std::string(10 + ++written, 'x'));
    dir.set_modified("charts/" + path, clock.now() - std::chrono::hours(5));
  }
  /// Pretends that an hour passes, so that polling takes all directories for settled. Then returns to the real time.
  /// First waits until the file system's time moves on: polling does not see a change with the same time as the last
  /// one.
  void pass_time() {
    set_clock(std::chrono::system_clock::now() + std::chrono::hours(1));
    refresh();
    const auto touched = [this] { return fs::last_write_time(dir.write_file("probe")); };
    for (const auto before = touched(); touched() == before;) std::this_thread::yield();
    set_clock(std::chrono::system_clock::now());
  }
  void set_clock(std::chrono::system_clock::time_point time) { clock.jump(time - clock.now()); }
  [[nodiscard]] std::uint64_t vanished() {
    refresh();
    return live->vanished();
  }
  void move(const std::string& from, const std::string& to) const { fs::rename(at(from), at(to)); }

  std::size_t written = 0;
};

struct WatchedFixture : VanishedFixture {
  WatchedFixture() : VanishedFixture(Watching::on) {}
};

struct PolledFixture : VanishedFixture {
  PolledFixture() : VanishedFixture(Watching::poll) {}
};

}  // namespace

TEST_CASE_METHOD(VanishedFixture, "charts that another program removes have vanished") {
  CHECK(vanished() == 0);
  fs::remove(at("A_1d/x.png"));
  CHECK(vanished() == 1);
  fs::remove_all(at("B_1d"));
  CHECK(vanished() == 2);
  fs::rename(at("C_1d/w.png"), dir.path("elsewhere.png"));
  static_cast<void>(vanished());
  CHECK(vanished() == 3);
  fs::rename(at("A_1d"), dir.path("elsewhere_1d"));
  static_cast<void>(vanished());
  CHECK(vanished() == 4);
  CHECK(known().empty());
}

TEST_CASE_METHOD(VanishedFixture, "a scan also counts vanished charts") {
  fs::remove(at("A_1d/x.png"));
  fs::remove_all(at("B_1d"));
  scan();
  CHECK(live->vanished() == 2);
  scan();
  CHECK(vanished() == 2);
}

TEST_CASE_METHOD(VanishedFixture, "a chart that is renamed or moved with its set has not vanished") {
  move("A_1d/x.png", "A_1d/renamed.png");
  CHECK(vanished() == 0);
  move("A_1d/renamed.png", "C_1d/x.png");
  CHECK(vanished() == 0);
  move("B_1d", "D_1d");
  CHECK(vanished() == 0);
  move("D_1d/deep", "deep_1d");
  CHECK(vanished() == 0);
  move("A_1d/y.png", "C_1d/w.png");
  CHECK(vanished() == 0);
  CHECK(known().size() == 3);
}

TEST_CASE_METHOD(VanishedFixture, "a chart whose name still exists has not vanished") {
  SECTION("it is rewritten by a rename") {
    chart("A_1d/.tmp", "rewritten");
    move("A_1d/.tmp", "A_1d/x.png");
  }
  SECTION("it is removed and written again") {
    fs::remove(at("A_1d/x.png"));
    chart("A_1d/x.png", "rewritten");
  }
  SECTION("its set is removed and written again") {
    fs::remove_all(at("C_1d"));
    chart("C_1d/w.png", "rewritten");
  }
  CHECK(vanished() == 0);
}

TEST_CASE_METHOD(VanishedFixture, "renaming a temporary name that looks like a chart is no vanished chart") {
  const std::string name = GENERATE("A_1d/.tmp.x.png", "A_1d/x.tmp.png", "A_1d/tmp8h2k.png");
  clock.jump(std::chrono::system_clock::now() - clock.now());
  {
    const FileDescriptor writer(::open(at(name).c_str(), O_WRONLY | O_CREAT, 0600));
    REQUIRE(::write(writer.get(), "half", 4) == 4);
    refresh();
    REQUIRE(known().size() == 5);
    REQUIRE(::write(writer.get(), "half", 4) == 4);
  }
  move(name, "A_1d/x.png");
  SECTION("found by the next update") { CHECK(vanished() == 0); }
  SECTION("found by a scan") {
    scan();
    CHECK(vanished() == 0);
  }
  CHECK(known().size() == 4);
}

TEST_CASE_METHOD(VanishedFixture, "a chart in another remover's quarantine, or put back from it, has not vanished") {
  const std::string quarantined = "A_1d/.chart-reaper~x.png~";
  move("A_1d/x.png", quarantined);
  CHECK(vanished() == 0);
  move(quarantined, "A_1d/x.png");
  CHECK(vanished() == 0);
  CHECK(known().size() == 4);
}

TEST_CASE_METHOD(VanishedFixture, "a catalog that starts again has lost nothing") {
  live->reset();
  fs::remove(at("A_1d/x.png"));
  CHECK(vanished() == 0);
}

TEST_CASE_METHOD(VanishedFixture, "a chart that this process removes has not vanished") {
  const charts::Catalog& catalog = live->catalog();
  const auto snapshot = catalog.snapshot_of(catalog.find(catalog.find_directory("A_1d"), "x.png"));
  fs::remove(at("A_1d/x.png"));
  SECTION("if this process removed it") {
    live->forget_chart(snapshot);
    CHECK(vanished() == 0);
  }
  SECTION("unless another process removed it first") {
    live->forget_gone(snapshot);
    CHECK(vanished() == 1);
  }
}

TEST_CASE_METHOD(PolledFixture, "a chart that was written lately and is missing at its removal may have been renamed") {
  chart("A_1d/x.tmp.png", "half a chart");
  const auto age = GENERATE(std::chrono::seconds(59), std::chrono::seconds(60));
  dir.set_modified("charts/A_1d/x.tmp.png", clock.now() - age);
  refresh();
  const charts::Catalog& catalog = live->catalog();
  const auto snapshot = catalog.snapshot_of(catalog.find(catalog.find_directory("A_1d"), "x.tmp.png"));
  fs::remove(at("A_1d/x.tmp.png"));
  chart("A_1d/x.png", "a whole chart");
  live->forget_gone(snapshot);
  CHECK(vanished() == (age < std::chrono::minutes(1) ? 0 : 1));
}

TEST_CASE_METHOD(WatchedFixture, "a chart that was renamed right before its removal has not vanished") {
  const charts::Catalog& catalog = live->catalog();
  const auto snapshot = catalog.snapshot_of(catalog.find(catalog.find_directory("A_1d"), "x.png"));
  move("A_1d/x.png", "C_1d/w.png");
  chart("C_1d/w.png", "and rewritten");
  live->forget_gone(snapshot);
  const bool reads_all = GENERATE(true, false);
  if (!reads_all) system.hand_out_events(1);
  live->settle_vanished({patterns, failures, stop.get_token()});
  system.heal();
  CHECK(vanished() == 0);
}

TEST_CASE_METHOD(WatchedFixture, "a chart may be renamed or removed between the read of its event and its check") {
  chart("A_1d/x.png", "rewritten");
  const bool is_renamed = GENERATE(true, false);
  system.before(Call::stat_at, system.count(Call::stat_at) + 1, [&] {
    if (is_renamed) move("A_1d/x.png", "C_1d/w.png");
    else fs::remove(at("A_1d/x.png"));
  });
  refresh();
  CHECK(live->vanished() == 0);
  system.heal();
  chart("C_1d/w.png", "and rewritten");
  static_cast<void>(vanished());
  CHECK(vanished() == (is_renamed ? 0 : 1));
}

TEST_CASE_METHOD(WatchedFixture, "the two events of a rename may be read separately") {
  const int round = GENERATE(0, 1);
  // The kernel's queue has both events, but the first read returns only one.
  move("A_1d/x.png", "C_1d/x.png");
  system.hand_out_events(1);
  refresh();
  CHECK(live->vanished() == 0);
  REQUIRE(live->until_next_look());
  CHECK(*live->until_next_look() <= std::chrono::milliseconds(100));
  system.heal();
  if (round == 1) scan();
  refresh();
  CHECK(live->vanished() == 0);
  CHECK(known().size() == 4);
}

TEST_CASE_METHOD(WatchedFixture, "the second event of a rename may come after a full refresh") {
  old_chart("x.png");
  for (int i = 0; i < 130; ++i) dir.make_dir("charts/E" + std::to_string(i) + "_1d");
  pass_time();
  system.overflow_events();
  // The root has been read by then; the scan reads events again after each 64 directories.
  system.before(Call::read_entries, system.count(Call::read_entries) + 8, [&] {
    move("x.png", "y.png");
    system.hand_out_events(1);
  });
  refresh();
  system.heal();
  CHECK(live->vanished() == 0);
  CHECK(vanished() == 0);
}

TEST_CASE_METHOD(WatchedFixture, "every chart that leaves the directory has vanished, even 1,500 in one refresh") {
  dir.make_dir("elsewhere");
  for (int i = 0; i < 1500; ++i) old_chart("E_1d/" + std::to_string(i) + ".png");
  pass_time();
  for (int i = 0; i < 1500; ++i) {
    const std::string name = std::to_string(i) + ".png";
    fs::rename(at("E_1d/" + name), dir.path("elsewhere/" + name));
  }
  move("A_1d/x.png", "A_1d/renamed.png");
  static_cast<void>(vanished());
  CHECK(vanished() == 1500);
}

TEST_CASE_METHOD(PolledFixture, "polling counts a vanished chart even if a new one was written in its directory") {
  fs::remove(at("A_1d/x.png"));
  chart("A_1d/new.png", "of another size");
  CHECK(vanished() == 1);
}

TEST_CASE("charts beyond the maximum to remember are counted by number only") {
  charts::Catalog catalog;
  VanishedCharts vanished(catalog);
  const charts::DirectoryIndex set = catalog.put_directory("A_1d");
  for (int i = 0; i < 25'000; ++i)
    catalog.put(set, std::to_string(i) + ".png", charts::ChartState{.fingerprint = {.modified_ns = i}});
  vanished.note_gone_directory(set);
  catalog.forget_directory(set);
  SECTION("all have vanished") {
    vanished.settle();
    CHECK(vanished.count() == 25'000);
  }
  SECTION("all have moved") {
    for (int i = 0; i < 25'000; ++i) vanished.note_came(i, 0);
    vanished.settle();
    CHECK(vanished.count() <= 10'000);
  }
}

TEST_CASE_METHOD(VanishedFixture, "after any removals and moves by others, exactly the removed charts have vanished") {
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  std::set<std::string> there{"A_1d/x.png", "A_1d/y.png", "C_1d/w.png"};
  std::uint64_t removed = 0;
  const auto some = [&] { return std::next(there.begin(), static_cast<long>(random() % there.size())); };
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 3; ++i) {
      const std::string fresh = (random() % 2 == 0 ? "A_1d/" : "C_1d/") + std::to_string(++written) + ".png";
      if (there.size() < 3 || random() % 2 == 0) {
        old_chart(fresh);
        there.insert(fresh);
        refresh();
        continue;
      }
      const auto chosen = some();
      if (random() % 2 == 0) {
        // Two changes of one chart between two updates look like one change.
        move(*chosen, fresh);
        there.insert(fresh);
        refresh();
      } else {
        fs::remove(at(*chosen));
        ++removed;
      }
      there.erase(chosen);
    }
    pass_time();
    if (random() % 4 == 0) scan();
    REQUIRE(vanished() == removed);
  }
}
