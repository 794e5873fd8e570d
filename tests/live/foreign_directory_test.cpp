#include "live/live_catalog.hpp"

#include "live/live_catalog_fixture.hpp"

#include <filesystem>

using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace fs = std::filesystem;

namespace {

struct PollingForeignFixture : LiveCatalogFixture {
  PollingForeignFixture() : LiveCatalogFixture(Watching::poll) {}
};

}  // namespace

TEST_CASE_METHOD(LiveCatalogFixture, "a foreign directory that appears later is neither read nor watched") {
  chart("A_1d/x.png");
  refresh();
  REQUIRE(live->is_watched());
  const auto watches = live->watches();
  const unsigned opened = system.count(Call::open_beneath);
  chart("lost+found/x.png");
  fs::create_directory(dir.path("elsewhere"));
  dir.write_file("elsewhere/x.png", "chart");
  fs::rename(dir.path("elsewhere"), at(".Trash-1000"));
  refresh();
  CHECK(known().size() == 1);
  CHECK(live->watches() == watches);
  CHECK(system.count(Call::open_beneath) == opened);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(LiveCatalogFixture,
                 "a chart set renamed to a foreign name is forgotten, and known again after it is renamed back") {
  chart("A_1d/x.png");
  refresh();
  fs::rename(at("A_1d"), at("#recycle"));
  refresh();
  CHECK(known().empty());
  CHECK(live->watches() == 1);
  fs::rename(at("#recycle"), at("B_1d"));
  refresh();
  CHECK(known().size() == 1);
  CHECK(known() == there());
}

TEST_CASE_METHOD(LiveCatalogFixture, "a foreign directory keeps its set from counting as empty") {
  chart("A_1d/@eaDir/x.png");
  refresh();
  const auto set = live->catalog().find_directory("A_1d");
  CHECK_FALSE(live->catalog().directory(set).seems_empty());
  fs::remove_all(at("A_1d/@eaDir"));
  refresh();
  CHECK(live->catalog().directory(set).seems_empty());
}

TEST_CASE_METHOD(PollingForeignFixture, "polling skips a foreign directory that appears later") {
  chart("A_1d/x.png");
  refresh();
  chart("lost+found/x.png");
  chart("A_1d/.snapshot/x.png");
  refresh();
  CHECK(known().size() == 1);
  CHECK(live->catalog().directory_count() == 2);
  CHECK(failures.total() == 0);
}
