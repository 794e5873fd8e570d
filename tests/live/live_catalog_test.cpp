#include "live/live_catalog.hpp"

#include "live/live_catalog_fixture.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

using reaper::base::FileDescriptor;
using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace fs = std::filesystem;

namespace {

struct LookingFixture : LiveCatalogFixture {
  LookingFixture() : LiveCatalogFixture(Watching::poll) {}
};

/// Moves the clock ahead. A file that was just written may be written again within one step of the file system's time;
/// so the test pretends that the last change was long ago.
void let_time_pass(LiveCatalogFixture& fixture) {
  fixture.clock.jump(std::chrono::system_clock::now() + std::chrono::hours(1) - fixture.clock.now());
}

}  // namespace

TEST_CASE_METHOD(LiveCatalogFixture, "every change of a chart is known without a scan") {
  chart("A_1d/x.png");
  chart("A_1d/y.png");
  refresh();
  REQUIRE(live->is_watched());
  REQUIRE(known().size() == 2);
  const unsigned read_before = system.count(Call::read_entries);
  SECTION("it is created") { chart("A_1d/z.png", "new"); }
  SECTION("it is rewritten in place") { chart("A_1d/x.png", "another size"); }
  SECTION("it is being written") {
    const FileDescriptor writer(::open(at("A_1d/x.png").c_str(), O_WRONLY | O_TRUNC));
    REQUIRE(::write(writer.get(), "half", 4) == 4);
    refresh();
    CHECK(known() == there());
  }
  SECTION("it is truncated by path") { REQUIRE(::truncate(at("A_1d/x.png").c_str(), 1) == 0); }
  SECTION("it is replaced by another file") {
    chart("A_1d/.tmp", "replacement");
    fs::rename(at("A_1d/.tmp"), at("A_1d/x.png"));
  }
  SECTION("its time is set") { dir.set_modified("charts/A_1d/x.png", clock.now()); }
  SECTION("it is renamed") { fs::rename(at("A_1d/x.png"), at("A_1d/w.png")); }
  SECTION("it is renamed to a name that is no chart") { fs::rename(at("A_1d/x.png"), at("A_1d/x.txt")); }
  SECTION("it is removed") { fs::remove(at("A_1d/x.png")); }
  SECTION("it is removed and created again") {
    fs::remove(at("A_1d/x.png"));
    chart("A_1d/x.png", "anew");
  }
  SECTION("a symbolic link replaces it") {
    fs::remove(at("A_1d/x.png"));
    fs::create_symlink("y.png", at("A_1d/x.png"));
  }
  refresh();
  CHECK(known() == there());
  CHECK(live->is_watched());
  // The scan of there() reads two directories, and refresh() reads none.
  CHECK(system.count(Call::read_entries) <= read_before + 12);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a set is empty since its last chart was removed") {
  chart("A_1d/x.png");
  chart("A_1d/y.png");
  refresh();
  const charts::Catalog& catalog = live->catalog();
  const charts::DirectoryIndex set = catalog.find_directory("A_1d");
  const auto forget = [&](const std::string& name) {
    live->forget_chart(catalog.snapshot_of(catalog.find(set, name)));
  };
  forget("x.png");
  CHECK(catalog.directory(set).modified_ns() == charts::k_not_looked_at);
  clock.advance(std::chrono::hours(1));
  forget("y.png");
  CHECK(catalog.directory(set).modified() == clock.now());
}

TEST_CASE_METHOD(LiveCatalogFixture, "new, removed and moved directories are followed") {
  chart("A_1d/x.png");
  chart("B_1d/deep/y.png");
  refresh();
  SECTION("one is created with charts in it") { chart("C_1d/deep/deeper/z.png"); }
  SECTION("one is renamed, and then written to") {
    fs::rename(at("A_1d"), at("C_1d"));
    refresh();
    chart("C_1d/new.png");
  }
  SECTION("one is renamed, and written to before the update") {
    fs::rename(at("A_1d"), at("C_1d"));
    chart("C_1d/new.png");
    chart("C_1d/x.png", "rewritten");
  }
  SECTION("two are exchanged") {
    fs::rename(at("A_1d"), at("tmp"));
    fs::rename(at("B_1d"), at("A_1d"));
    fs::rename(at("tmp"), at("B_1d"));
    chart("A_1d/deep/new.png");
  }
  SECTION("one is moved into another one") {
    fs::rename(at("A_1d"), at("B_1d/deep/A_1d"));
    chart("B_1d/deep/A_1d/new.png");
  }
  SECTION("one is moved out, and changes there are ignored") {
    fs::rename(at("B_1d"), dir.path("outside"));
    dir.write_file("outside/deep/new.png", "elsewhere");
  }
  SECTION("one is removed with everything in it") { fs::remove_all(at("B_1d")); }
  SECTION("one is removed and created again") {
    fs::remove_all(at("A_1d"));
    chart("A_1d/x.png", "anew");
  }
  SECTION("a symbolic link replaces one") {
    fs::remove_all(at("A_1d"));
    dir.write_file("outside/x.png", "precious");
    fs::create_directory_symlink(dir.path("outside"), at("A_1d"));
  }
  refresh();
  CHECK(known() == there());
  CHECK(live->is_watched());
  chart("E_1d/last.png");
  refresh();
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "charts are counted as written, once for each write") {
  refresh();
  CHECK(live->charts_written() == 0);
  chart("A_1d/x.png");
  refresh();
  chart("A_1d/x.png", "again");
  chart("A_1d/.tmp", "by rename");
  fs::rename(at("A_1d/.tmp"), at("A_1d/y.png"));
  refresh();
  CHECK(live->charts_written() == 2);
  // A chart that a remover quarantines and puts back was not written.
  fs::rename(at("A_1d/x.png"), at("A_1d/.chart-reaper~x.png~"));
  fs::rename(at("A_1d/.chart-reaper~x.png~"), at("A_1d/x.png"));
  refresh();
  CHECK(live->charts_written() == 2);
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "when the kernel's queue overflowed, one full scan catches up") {
  chart("A_1d/x.png");
  refresh();
  chart("A_1d/y.png");
  chart("B_1d/z.png");
  system.overflow_events();
  refresh();
  CHECK(known() == there());
  CHECK(live->is_watched());
  const unsigned read_before = system.count(Call::read_entries);
  refresh();
  CHECK(system.count(Call::read_entries) == read_before);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a full scan finds no changes that events did not report") {
  chart("A_1d/x.png");
  refresh();
  chart("A_1d/x.png", "more");
  chart("B_1d/y.png");
  fs::rename(at("B_1d"), at("C_1d"));
  scan();
  CHECK(live->drift() == 0);
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "a full scan finds changes without events, and reports them") {
  chart("A_1d/x.png");
  chart("A_1d/y.png");
  chart("A_1d/z.png");
  refresh();
  chart("A_1d/x.png", "more");
  fs::remove(at("A_1d/y.png"));
  chart("A_1d/w.png");
  std::array<std::byte, 65536> lost{};
  while (::read(live->watch_descriptor(), lost.data(), lost.size()) > 0) {
  }
  refresh();
  CHECK(known() != there());
  scan();
  CHECK(live->drift() == 3);
  CHECK(known() == there());
  scan();
  CHECK(live->drift() == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "without enough watches it polls, says why, and gives back its watches") {
  chart("A_1d/x.png");
  chart("B_1d/x.png");
  system.fail(Call::add_watch, ENOSPC, 2);
  refresh();
  CHECK_FALSE(live->is_watched());
  CHECK(live->is_current());
  CHECK(live->why_not_watched().find("inotify_add_watch") != std::string::npos);
  CHECK(system.count(Call::remove_watch) == 1);
  chart("A_1d/y.png");
  refresh();
  CHECK(known() == there());
  // It does not retry with as many directories as were too many.
  const unsigned tried = system.count(Call::add_watch);
  scan();
  CHECK(system.count(Call::add_watch) == tried);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a volume with other writers is not watched") {
  chart("A_1d/x.png");
  system.fail(Call::stat_volume, EIO);
  fs::rename(dir.path("charts"), dir.path("away"));
  REQUIRE(root.check().has_error());
  fs::rename(dir.path("away"), dir.path("charts"));
  REQUIRE(root.check().has_value());
  refresh();
  CHECK_FALSE(live->is_watched());
  CHECK(live->why_not_watched().find("other machines") != std::string::npos);
  CHECK(known() == there());
}

TEST_CASE("without an inotify instance it polls") {
  LiveCatalogFixture fixture(Watching::off);
  fixture.system.fail(Call::make_watcher, EMFILE);
  reaper::live::LiveCatalog live(fixture.root, fixture.clock, fixture.progress, Watching::on);
  fixture.chart("A_1d/x.png");
  live.refresh({fixture.patterns, fixture.failures, {}});
  CHECK(live.watch_descriptor() == -1);
  CHECK_FALSE(live.is_watched());
  CHECK(live.why_not_watched().find("inotify_init1") != std::string::npos);
  CHECK(live.catalog().chart_count() == 1);
}

TEST_CASE_METHOD(LookingFixture, "polling reads only the changed directories") {
  chart("A_1d/x.png");
  chart("B_1d/y.png");
  chart("C_1d/z.png");
  let_time_pass(*this);
  refresh();
  REQUIRE(known() == there());
  system.heal();
  refresh();
  CHECK(system.count(Call::read_entries) == 0);
  chart("B_1d/new.png");
  refresh();
  // Reading a directory takes two calls: one for the entries and one for the end.
  CHECK(system.count(Call::read_entries) == 2);
  CHECK(known() == there());
  fs::remove_all(at("C_1d"));
  chart("D_1d/deep/new.png");
  refresh();
  CHECK(known() == there());
}

TEST_CASE_METHOD(LookingFixture,
                 "a directory that just changed is read again, because its time may not show a later change") {
  chart("A_1d/x.png");
  clock.jump(std::chrono::system_clock::now() - clock.now());
  refresh();
  system.heal();
  refresh();
  CHECK(system.count(Call::read_entries) > 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a directory that could not be read keeps its charts and is tried again") {
  chart("A_1d/x.png");
  chart("B_1d/y.png");
  refresh();
  const auto before = known();
  system.fail(Call::open_beneath, EACCES);
  live->scan(charts::k_root, {patterns, failures, stop.get_token()});
  CHECK(known() == before);
  CHECK(failures.total() > 0);
  system.heal();
  chart("A_1d/new.png");
  live->try_incomplete_again({patterns, failures, stop.get_token()});
  refresh();
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "other patterns or another root start a new catalog") {
  chart("A_1d/x.png");
  refresh();
  live->reset();
  CHECK_FALSE(live->is_current());
  CHECK(known().empty());
  refresh();
  CHECK(live->is_watched());
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "a directory that could only be read in part keeps its charts") {
  chart("A_1d/x.png");
  chart("A_1d/y.png");
  refresh();
  const auto before = known();
  system.fail(Call::read_entries, EIO);
  scan();
  CHECK(known() == before);
  CHECK(failures.by_operation().contains("getdents64"));
}

TEST_CASE_METHOD(LiveCatalogFixture, "a directory that was replaced while events were lost is watched again") {
  chart("A_1d/x.png");
  refresh();
  fs::rename(at("A_1d"), dir.path("outside"));
  chart("A_1d/x.png", "another directory");
  system.overflow_events();
  refresh();
  REQUIRE(live->is_watched());
  chart("A_1d/new.png");
  refresh();
  CHECK(known() == there());
}
