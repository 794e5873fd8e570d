#include "volume/foreign_directory.hpp"

#include "support/catch.hpp"
#include "support/volume_fixture.hpp"

#include <array>
#include <cerrno>
#include <string>

using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::is_foreign_directory;
using reaper::volume::leads_to_foreign_directory;
using Paths = std::vector<std::string>;

namespace {

constexpr std::array k_foreign{
    "lost+found", ".snapshot",          ".snapshots", "@eaDir",   ".Trash-1000",  ".Trash",
    ".Trashes",   "#recycle",           "#snapshot",  "@Recycle", "$RECYCLE.BIN", "System Volume Information",
    ".zfs",       "@Recently-Snapshot", ".Trash-A_1d"};

}  // namespace

TEST_CASE("directories that belong to file systems and network stores are known by name") {
  for (const char* name : k_foreign) {
    CAPTURE(name);
    CHECK(is_foreign_directory(name));
  }
  for (const char* name : {"", "l", "lost+found_1d", "LOST+FOUND", ".snapshot_1d", ".zfs2", "S_1d", "SBIN_1day", "@",
                           "#", "$SPX_1d", ".hidden", ".Trashes_1d", "A_1d"}) {
    CAPTURE(name);
    CHECK_FALSE(is_foreign_directory(name));
  }
}

TEST_CASE("a path through such a directory is foreign") {
  CHECK(leads_to_foreign_directory("lost+found"));
  CHECK(leads_to_foreign_directory("A_1d/@eaDir/x"));
  CHECK(leads_to_foreign_directory("A_1d/.snapshot"));
  CHECK_FALSE(leads_to_foreign_directory(""));
  CHECK_FALSE(leads_to_foreign_directory("A_1d/B_1d"));
}

TEST_CASE_METHOD(VolumeFixture, "a scan skips foreign directories at any depth") {
  chart("A_1d/x.png");
  for (const std::string name : k_foreign) {
    chart(name + "/x.png");
    chart("A_1d/" + name + "/x.png");
    chart("deep/er/" + name + "/sub/x.png");
  }
  const auto found = scan();
  CHECK(paths(found) == Paths{"A_1d/x.png"});
  CHECK(found.failures.total() == 0);
  CHECK(found.catalog.directory(found.catalog.find_directory("A_1d")).subdirectories() == k_foreign.size());
  CHECK(found.catalog.directory_count() == 4);
}

TEST_CASE_METHOD(VolumeFixture, "a scan does not touch a foreign directory even without file types in entries") {
  chart("lost+found/x.png");
  chart("A_1d/x.png");
  system.hide_kinds();
  const unsigned before = system.count(Call::stat_at);
  CHECK(paths(scan()) == Paths{"A_1d/x.png"});
  CHECK(system.count(Call::stat_at) == before + 2);  // one each for the chart set and its chart
}

TEST_CASE_METHOD(VolumeFixture, "a scan that starts in a foreign directory finds nothing") {
  chart(".Trash-A_1d/x.png");
  const auto found = scan(".Trash-A_1d");
  CHECK(found.charts().empty());
  CHECK_FALSE(found.result.found);
}
