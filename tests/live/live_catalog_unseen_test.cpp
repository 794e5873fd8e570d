// The catalog also learns about changes without events.

#include "live/live_catalog_fixture.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

using reaper::base::FileDescriptor;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace charts = reaper::charts;
namespace fs = std::filesystem;

namespace {

/// A chart that gets its name first and its content later, through a descriptor without that name. So no event reports
/// the write.
struct LinkedLater {
  LinkedLater(const LiveCatalogFixture& fixture, const std::string& path)
      : file(::open(fixture.at("A_1d").c_str(), O_TMPFILE | O_WRONLY, 0600)) {
    REQUIRE(file);
    const std::string source = "/proc/self/fd/" + std::to_string(file.get());
    REQUIRE(::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, fixture.at(path).c_str(), AT_SYMLINK_FOLLOW) == 0);
  }
  void write() const { REQUIRE(::write(file.get(), "content", 7) == 7); }

  FileDescriptor file;
};

struct UnseenFixture : LiveCatalogFixture {
  /// Checks that a known chart, written without an event, is checked again a second later.
  void check_later_writing(const LinkedLater& linked) {
    refresh();
    linked.write();
    clock.advance(std::chrono::seconds(1));
    refresh();
    CHECK(known() == there());
  }
};

}  // namespace

TEST_CASE_METHOD(UnseenFixture, "a chart that is written after it was linked is checked again") {
  chart("A_1d/x.png");
  refresh();
  clock.advance(std::chrono::hours(1));
  refresh();
  const LinkedLater linked(*this, "A_1d/y.png");
  check_later_writing(linked);
  REQUIRE(live->until_next_look().has_value());
  linked.write();
  clock.advance(*live->until_next_look());
  refresh();
  CHECK(known() == there());
}

TEST_CASE_METHOD(UnseenFixture, "a chart that was young when a scan found it is checked again") {
  dir.make_dir("charts/A_1d");
  const LinkedLater linked(*this, "A_1d/y.png");
  check_later_writing(linked);
}

TEST_CASE_METHOD(LiveCatalogFixture, "charts that their writers closed are not checked again") {
  dir.make_dir("charts/A_1d");
  refresh();
  chart("A_1d/x.png");
  refresh();
  CHECK_FALSE(live->until_next_look().has_value());
  {
    const FileDescriptor writer(::open(at("A_1d/y.png").c_str(), O_WRONLY | O_CREAT, 0600));
    refresh();
    CHECK(live->until_next_look().has_value());
  }
  refresh();
  CHECK_FALSE(live->until_next_look().has_value());
}

TEST_CASE_METHOD(LiveCatalogFixture, "charts in a neighbour's quarantine are recovered as soon as it is dead") {
  chart("A_1d/x.png");
  refresh();
  const std::string quarantined = at("A_1d/.chart-reaper~x.png~");
  fs::rename(at("A_1d/x.png"), quarantined);
  const auto recover = [&] { return live->recover({patterns, failures, stop.get_token()}); };
  refresh();
  CHECK(known().empty());
  {
    const FileDescriptor neighbour(::open(quarantined.c_str(), O_RDONLY));
    REQUIRE(::flock(neighbour.get(), LOCK_EX) == 0);
    CHECK(recover().put_back == 0);
  }
  CHECK(recover().put_back == 1);
  CHECK(known() == there());
  CHECK(recover().put_back == 0);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a chart that a neighbour quarantined and removed leaves nothing to recover") {
  chart("A_1d/x.png");
  refresh();
  fs::rename(at("A_1d/x.png"), at("A_1d/.chart-reaper~x.png~"));
  fs::remove(at("A_1d/.chart-reaper~x.png~"));
  refresh();
  system.heal();
  CHECK(live->recover({patterns, failures, stop.get_token()}).remaining.empty());
  CHECK(system.count(Call::open_at) == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a full scan corrects a mistake of the catalog and counts it as drift") {
  chart("A_1d/x.png");
  refresh();
  charts::Catalog& catalog = live->catalog();
  const charts::DirectoryIndex gone = catalog.put_directory("B_1d");
  catalog.forget_directory(gone);
  catalog.put(gone, "phantom.png", charts::ChartState{{}, 5765, 8192, false});
  scan();
  CHECK(known() == there());
  CHECK(catalog.chart_count() == 1);
  CHECK(live->drift() > 0);
  CHECK(live->drift_total() == live->drift());
  scan();
  CHECK(live->drift() == 0);
  CHECK(live->drift_total() > 0);
}
