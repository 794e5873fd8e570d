// Directories that cannot be read: as long as there are any, the figures are lower bounds.

#include "live/live_catalog_fixture.hpp"

#include <cerrno>
#include <filesystem>

using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace fs = std::filesystem;

namespace {

/// A catalog of two sets. The full scan could not open the first one.
struct UnreadableFixture : LiveCatalogFixture {
  explicit UnreadableFixture(Watching how = Watching::on) : LiveCatalogFixture(how) {
    chart("A_1d/x.png");
    chart("A_1d/y.png");
    system.fail(Call::open_beneath, EACCES, 2);
    scan();
  }
  [[nodiscard]] std::uint64_t unreadable() const { return live->catalog().unreadable_count(); }
};

struct PollingUnreadableFixture : UnreadableFixture {
  PollingUnreadableFixture() : UnreadableFixture(Watching::poll) {}
};

}  // namespace

TEST_CASE_METHOD(UnreadableFixture, "a directory that a scan cannot open is counted and listed with its error") {
  CHECK(unreadable() == 1);
  system.fail(Call::open_beneath, EACCES);
  CHECK(live->unreadable_example() == "openat2 'A_1d': Permission denied");
  const unsigned before = system.count(Call::open_beneath);
  CHECK(live->unreadable_example() == "openat2 'A_1d': Permission denied");
  CHECK(system.count(Call::open_beneath) == before);
}

TEST_CASE_METHOD(UnreadableFixture, "a full scan that reads the directory clears the error") {
  CHECK_FALSE(live->unreadable_example().empty());
  scan();
  CHECK(unreadable() == 0);
  CHECK(live->unreadable_example().empty());
  CHECK(known() == there());
}

TEST_CASE_METHOD(UnreadableFixture, "an event that changes the directory's mode clears the error") {
  fs::permissions(dir.path("charts/A_1d"), fs::perms::others_all, fs::perm_options::remove);
  refresh();
  CHECK(unreadable() == 0);
  CHECK(known() == there());
}

TEST_CASE_METHOD(UnreadableFixture, "a removed directory is no longer unreadable") {
  fs::remove_all(dir.path("charts/A_1d"));
  refresh();
  CHECK(unreadable() == 0);
}

TEST_CASE_METHOD(UnreadableFixture, "an event whose chart cannot be read makes its directory unreadable") {
  chart("B_1d/x.png");
  refresh();
  REQUIRE(unreadable() == 1);
  chart("B_1d/y.png");
  system.heal();
  system.fail(Call::open_beneath, EMFILE, 1);
  refresh();
  CHECK(unreadable() == 2);
  live->try_incomplete_again({patterns, failures, stop.get_token()});
  CHECK(unreadable() == 0);
  CHECK(known() == there());
}

TEST_CASE_METHOD(UnreadableFixture, "a reset clears the error") {
  live->reset();
  CHECK(unreadable() == 0);
  CHECK(live->unreadable_example().empty());
}

TEST_CASE_METHOD(PollingUnreadableFixture, "polling reads the directory again") {
  CHECK(unreadable() == 1);
  system.heal();
  system.fail(Call::open_beneath, EACCES);
  refresh();
  CHECK(unreadable() == 1);
  system.heal();
  refresh();
  CHECK(unreadable() == 0);
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "a directory with a chart that cannot be read is unreadable") {
  chart("A_1d/x.png");
  system.fail(Call::stat_at, EIO, 1);
  scan();
  CHECK(live->catalog().unreadable_count() == 1);
  system.heal();
  scan();
  CHECK(live->catalog().unreadable_count() == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a mount over a directory hides no charts of ours") {
  chart("A_1d/x.png");
  system.fail(Call::open_beneath, EXDEV, 2);
  scan();
  CHECK(live->catalog().unreadable_count() == 0);
  CHECK_FALSE(live->catalog().directory(live->catalog().find_directory("A_1d")).is_complete());
}

TEST_CASE_METHOD(LiveCatalogFixture, "a chart whose directory cannot be opened for a second look stays") {
  chart("A_1d/x.png");
  refresh();
  const charts::Catalog& catalog = live->catalog();
  const charts::ChartSnapshot chart = catalog.snapshot_of(catalog.find(catalog.find_directory("A_1d"), "x.png"));
  // A scan that claims a chart leaves it out of the catalog.
  if (GENERATE(false, true)) live->forget_chart(chart);
  system.heal();
  const auto recheck = [&] { return live->recheck(chart, {patterns, failures, stop.get_token()}); };
  SECTION("there are no descriptors left") {
    system.fail(Call::open_beneath, EMFILE, 1);
    CHECK(recheck() != charts::k_no_chart);
    CHECK(failures.total() == 1);
    CHECK(known() == there());
  }
  SECTION("unless it has gone") {
    fs::remove_all(dir.path("charts/A_1d"));
    system.fail(Call::open_beneath, GENERATE(ENOENT, ENOTDIR, ELOOP), 1);
    CHECK(recheck() == charts::k_no_chart);
    CHECK(failures.total() == 0);
  }
  system.heal();
  refresh();
  refresh();
  CHECK(live->vanished() == (fs::exists(at("A_1d/x.png")) ? 0 : 1));
}
