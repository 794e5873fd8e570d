// What no event tells of, the catalog learns all the same.

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

/// A chart as a writer makes it that gives it a name first and its content afterwards, through a descriptor that is not
/// on the name: no event says that it is written.
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
  /// The chart is known, is written without an event, and is looked at again a second later.
  void check_later_writing(const LinkedLater& linked) {
    refresh();
    linked.write();
    clock.advance(std::chrono::seconds(1));
    refresh();
    CHECK(known() == there());
  }
};

}  // namespace

TEST_CASE_METHOD(UnseenFixture, "a chart that is written after its name was made is looked at again") {
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

TEST_CASE_METHOD(UnseenFixture, "a chart that a scan met while it was young is looked at again") {
  dir.make_dir("charts/A_1d");
  const LinkedLater linked(*this, "A_1d/y.png");
  check_later_writing(linked);
}

TEST_CASE_METHOD(LiveCatalogFixture, "charts that their writers have closed are not looked at again") {
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

TEST_CASE_METHOD(LiveCatalogFixture,
                 "what a neighbour left in quarantine is put right, as soon as it does not live any more") {
  chart("A_1d/x.png");
  refresh();
  const std::string aside = at("A_1d/.chart-reaper~x.png~");
  fs::rename(at("A_1d/x.png"), aside);
  const auto recover = [&] { return live->recover({patterns, failures, stop.get_token()}); };
  refresh();
  CHECK(known().empty());
  {
    const FileDescriptor neighbour(::open(aside.c_str(), O_RDONLY));
    REQUIRE(::flock(neighbour.get(), LOCK_EX) == 0);
    CHECK(recover().put_back == 0);
  }
  CHECK(recover().put_back == 1);
  CHECK(known() == there());
  CHECK(recover().put_back == 0);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "what a neighbour quarantined and removed leaves nothing to put right") {
  chart("A_1d/x.png");
  refresh();
  fs::rename(at("A_1d/x.png"), at("A_1d/.chart-reaper~x.png~"));
  fs::remove(at("A_1d/.chart-reaper~x.png~"));
  refresh();
  system.heal();
  CHECK(live->recover({patterns, failures, stop.get_token()}).remaining.empty());
  CHECK(system.count(Call::open_at) == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture, "a mistake of the catalog does not outlive a full scan, and is drift") {
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
