#include "charts/catalog.hpp"

#include "charts/catalog_reading.hpp"
#include "support/catch.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

using namespace reaper::charts;
using reaper::test::oldest_first;
using reaper::test::Paths;
using reaper::test::state;

TEST_CASE("repair finds no mistakes in a correct catalog") {
  Catalog catalog;
  for (const char* path : {"A_1d", "B_1d/deep", "C_1d"})
    for (int i = 0; i < 50; ++i) catalog.put(catalog.put_directory(path), fmt::format("{}.png", i), state(10, i));
  catalog.forget_directory(catalog.find_directory("B_1d"));
  for (int i = 0; i < 45; ++i) catalog.forget(catalog.find_directory("A_1d"), fmt::format("{}.png", i));
  CHECK(catalog.repair() == 0);
  CHECK(catalog.chart_count() == 55);
  CHECK(oldest_first(catalog).size() == 55);
}

TEST_CASE("repair drops charts in directories that no path leads to") {
  Catalog catalog;
  const DirectoryIndex stays = catalog.put_directory("A_1d");
  catalog.put(stays, "x.png", state(10, 1));
  const DirectoryIndex gone = catalog.put_directory("B_1d");
  catalog.forget_directory(gone);
  catalog.put(gone, "phantom.png", state(5765, 2));
  SECTION("the directory has gone") {}
  SECTION("its record is used for another directory") { REQUIRE(catalog.put_directory("C_1d") == gone); }
  SECTION("a directory was put below it") { catalog.put(catalog.put_directory(gone, "deep"), "y.png", state(7, 3)); }
  CHECK(catalog.chart_count() > 1);
  CHECK(catalog.repair() > 0);
  CHECK(catalog.chart_count() == 1);
  CHECK(catalog.total_bytes() == 10);
  CHECK(catalog.set_count() == 1);
  CHECK(oldest_first(catalog) == Paths{"A_1d/x.png"});
  CHECK(catalog.repair() == 0);
  // The freed records are used again.
  catalog.put(catalog.put_directory("D_1d"), "z.png", state(1, 4));
  CHECK(oldest_first(catalog) == Paths{"A_1d/x.png", "D_1d/z.png"});
}

TEST_CASE("clearing a catalog that was filled again leaves nothing behind") {
  Catalog catalog;
  for (int i = 0; i < 3; ++i) {
    catalog.put(catalog.put_directory("A_1d"), "x.png", state(1));
    catalog.put(catalog.put_directory("B_1d"), "x.png", state(1));
    catalog.clear();
    REQUIRE(catalog.chart_count() == 0);
    REQUIRE(catalog.directory_count() == 1);
  }
  CHECK(catalog.repair() == 0);
}
