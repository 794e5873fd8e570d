// Volumes where neither events nor the times of directories show changes, and their opposites.

#include "live/live_catalog_fixture.hpp"

#include <linux/magic.h>

#include <cerrno>
#include <chrono>
#include <filesystem>

using reaper::base::FileTime;
using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace fs = std::filesystem;

namespace {

/// A chart directory on a FUSE volume of an unknown kind.
struct UnfollowedFixture : LiveCatalogFixture {
  UnfollowedFixture() : LiveCatalogFixture(GENERATE(Watching::poll, Watching::on)) {
    open_on(FUSE_SUPER_MAGIC);
    chart("A_1d/x.png");
    chart("B_1d/y.png");
  }

  /// Returns the number of calls to the volume since heal().
  [[nodiscard]] unsigned calls() const {
    return system.count(Call::stat_at) + system.count(Call::open_at) + system.count(Call::open_beneath) +
           system.count(Call::read_entries);
  }
};

}  // namespace

TEST_CASE_METHOD(UnfollowedFixture, "without events and directory times only a full scan finds changes") {
  const FileTime first = clock.now();
  refresh();
  REQUIRE(known() == there());
  CHECK(live->is_current());
  CHECK(live->unseen_since() == first);
  const auto before = known();
  chart("A_1d/new.png");
  chart("B_1d/y.png", "rewritten");
  chart("C_1d/z.png");
  clock.advance(std::chrono::hours(1));
  system.heal();
  refresh();
  CHECK(calls() == 0);
  CHECK(known() == before);
  CHECK(live->unseen_since() == first);
  const FileTime second = clock.now();
  scan();
  CHECK(known() == there());
  CHECK(live->unseen_since() == second);
}

TEST_CASE_METHOD(UnfollowedFixture, "changes during a full scan count as unseen") {
  const FileTime began = clock.now();
  system.before(Call::read_entries, 2, [this] { clock.advance(std::chrono::minutes(5)); });
  refresh();
  REQUIRE(clock.now() == began + std::chrono::minutes(5));
  CHECK(live->unseen_since() == began);
}

TEST_CASE_METHOD(UnfollowedFixture, "a removal of ours changes the catalog, but not the time of the last full scan") {
  refresh();
  const auto since = live->unseen_since();
  REQUIRE(since);
  const charts::Catalog& catalog = live->catalog();
  const charts::ChartSnapshot chart = catalog.snapshot_of(catalog.find(catalog.find_directory("A_1d"), "x.png"));
  fs::remove(at("A_1d/x.png"));
  clock.advance(std::chrono::minutes(1));
  live->forget_chart(chart);
  refresh();
  CHECK(known() == there());
  CHECK(live->unseen_since() == since);
}

TEST_CASE_METHOD(UnfollowedFixture, "single young charts are not checked between full scans either") {
  clock.jump(std::chrono::system_clock::now() - clock.now());
  chart("A_1d/young.png");
  refresh();
  CHECK_FALSE(live->until_next_look());
  clock.advance(std::chrono::seconds(1));
  system.heal();
  refresh();
  CHECK(calls() == 0);
}

TEST_CASE_METHOD(UnfollowedFixture, "a root that moves to another volume is followed in the way of that volume") {
  refresh();
  REQUIRE(live->unseen_since());
  open_on(NFS_SUPER_MAGIC);
  live->reset();
  refresh();
  CHECK_FALSE(live->unseen_since());
}

TEST_CASE("a volume whose directory times change with the entries is followed") {
  LiveCatalogFixture fixture(GENERATE(Watching::poll, Watching::on));
  fixture.open_on(NFS_SUPER_MAGIC);
  fixture.chart("A_1d/x.png");
  fixture.refresh();
  fixture.chart("A_1d/new.png");
  fixture.refresh();
  CHECK(fixture.known() == fixture.there());
  CHECK_FALSE(fixture.live->is_watched());
  CHECK_FALSE(fixture.live->unseen_since());
}

TEST_CASE("a local volume is followed, with and without watches") {
  LiveCatalogFixture fixture(GENERATE(Watching::poll, Watching::on));
  const bool lacks_watches = GENERATE(false, true);
  if (lacks_watches) fixture.system.fail(Call::add_watch, ENOSPC);
  fixture.chart("A_1d/x.png");
  fixture.refresh();
  fixture.chart("A_1d/new.png");
  fixture.refresh();
  CHECK(fixture.known() == fixture.there());
  CHECK_FALSE(fixture.live->unseen_since());
}

TEST_CASE("a catalog that is not kept has no unseen changes") {
  LiveCatalogFixture fixture(Watching::off);
  fixture.open_on(FUSE_SUPER_MAGIC);
  fixture.scan();
  CHECK_FALSE(fixture.live->unseen_since());
}
