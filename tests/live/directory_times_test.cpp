#include "live/directory_times.hpp"

#include "live/live_catalog_fixture.hpp"
#include "volume/scan.hpp"

#include <linux/magic.h>

#include <cerrno>
#include <chrono>

using reaper::live::DirectoryTimes;
using reaper::live::RecentTimes;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace volume = reaper::volume;

namespace {

struct TimesFixture : LiveCatalogFixture {
  void note(RecentTimes recent) {
    volume::Scan scan(root, "A_1d", {patterns, progress, failures, {}});
    REQUIRE(scan.next_directory());
    REQUIRE(scan.open() == volume::Scan::Opening::opened);
    DirectoryTimes(root, clock, catalog, recent).note(set, scan.time(), {patterns, failures, {}});
  }
  [[nodiscard]] const charts::Directory& directory() const { return catalog.directory(set); }

  charts::Catalog catalog;
  charts::DirectoryIndex set = catalog.put_directory("A_1d");
};

}  // namespace

TEST_CASE_METHOD(TimesFixture, "a directory's time is recorded, unless it may hide changes") {
  dir.make_dir("charts/A_1d");
  const auto age = GENERATE(std::chrono::seconds(1), std::chrono::seconds(60));
  dir.set_modified("charts/A_1d", clock.now() - age);
  note(RecentTimes::noted);
  CHECK(directory().modified() == clock.now() - age);
  note(RecentTimes::ignored);
  CHECK((directory().modified_ns() == charts::k_not_looked_at) == (age < reaper::live::k_time_step));
}

TEST_CASE_METHOD(TimesFixture, "where directory times do not move, a set is empty since it was first seen empty") {
  open_on(FUSE_SUPER_MAGIC);
  dir.make_dir("charts/A_1d");
  dir.set_modified("charts/A_1d", clock.now() - std::chrono::hours(48));
  const auto recent = GENERATE(RecentTimes::noted, RecentTimes::ignored);
  const auto first_seen = clock.now();
  note(recent);
  CHECK(directory().modified() == first_seen);
  clock.advance(std::chrono::hours(1));
  note(recent);
  CHECK(directory().modified() == first_seen);
  catalog.put(set, "x.png", charts::ChartState{});
  const auto last_seen = clock.now();
  note(recent);
  CHECK(directory().modified() == last_seen);
}

TEST_CASE_METHOD(TimesFixture, "a directory whose time cannot be read is incomplete") {
  dir.make_dir("charts/A_1d");
  system.fail(Call::stat_at, EIO);
  note(RecentTimes::noted);
  CHECK_FALSE(directory().is_complete());
  CHECK(directory().modified_ns() == charts::k_not_looked_at);
  CHECK(failures.by_operation().at("statx") == 1);
}
