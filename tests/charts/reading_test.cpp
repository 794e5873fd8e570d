#include "charts/reading.hpp"

#include "charts/catalog_reading.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace reaper::charts;
using reaper::test::oldest_first;
using reaper::test::Paths;
using reaper::test::state;

namespace {

/// A catalog with two chart sets; the first one is read again.
struct TwoSets {
  TwoSets() {
    for (const char* name : {"x.png", "y.png", "z.png"}) catalog.put(set, name, state(1));
    catalog.put(other, "x.png", state(1));
    catalog.begin_scan();
  }
  [[nodiscard]] const Directory& directory() const { return catalog.directory(set); }

  Catalog catalog;
  DirectoryIndex set = catalog.put_directory("A_1d");
  DirectoryIndex other = catalog.put_directory("B_1d");
};

}  // namespace

TEST_CASE_METHOD(TwoSets, "charts missing from a reading are forgotten, but only in its directory") {
  Reading reading(catalog, set);
  CHECK(reading.put("y.png", state(1)) == Change::none);
  Paths unseen;
  reading.for_each_unseen_chart([&](ChartIndex chart) { unseen.emplace_back(catalog.name(catalog.chart(chart))); });
  CHECK(unseen.size() == 2);
  CHECK(reading.finish() == 2);
  CHECK(oldest_first(catalog) == Paths{"A_1d/y.png", "B_1d/x.png"});
  CHECK(directory().is_complete());
}

TEST_CASE_METHOD(TwoSets, "a failed reading forgets nothing and leaves the directory incomplete") {
  SECTION("it reports the failure") {
    Reading reading(catalog, set);
    reading.fail();
    CHECK(reading.finish() == 0);
  }
  SECTION("it never ends") { const Reading reading(catalog, set); }
  CHECK(catalog.chart_count() == 4);
  CHECK_FALSE(directory().is_complete());
  Reading again(catalog, set);
  CHECK(again.finish() == 3);
  CHECK(directory().is_complete());
}

TEST_CASE_METHOD(TwoSets, "a chart that a reading finds twice is one chart") {
  if (GENERATE(false, true)) catalog.forget(set, "x.png");
  Reading reading(catalog, set);
  reading.put("x.png", state(10));
  reading.put("new.png", state(20));
  CHECK(reading.put("x.png", state(11)) == Change::updated);
  CHECK(reading.put("new.png", state(20)) == Change::none);
  CHECK(reading.finish() == 2);
  CHECK(catalog.chart_count() == 3);
  CHECK(catalog.total_bytes() == 32);
}

TEST_CASE_METHOD(TwoSets, "a reading of a directory that was forgotten meanwhile has no effect") {
  Reading reading(catalog, set);
  catalog.forget_directory(set);
  REQUIRE(catalog.put_directory("C_1d") == set);
  CHECK(reading.put("x.png", state(1)) == Change::none);
  reading.add_others(1);
  reading.fail();
  CHECK(reading.finish() == 0);
  CHECK(directory().others() == 0);
  CHECK(directory().is_complete());
  CHECK(oldest_first(catalog) == Paths{"B_1d/x.png"});
}

TEST_CASE_METHOD(TwoSets, "a directory seems empty only if it was read to the end and nothing was found") {
  const auto read = [&](std::uint32_t subdirectories, std::uint32_t others) {
    Reading reading(catalog, set);
    reading.add_subdirectories(subdirectories);
    reading.add_others(others);
    reading.finish();
  };
  CHECK_FALSE(directory().seems_empty());
  read(0, 0);
  CHECK(directory().seems_empty());
  read(1, 0);
  CHECK_FALSE(directory().seems_empty());
  read(0, 1);
  CHECK_FALSE(directory().seems_empty());
  // Something was added or removed; only rmdir(2) can tell if the directory is empty.
  catalog.mark_changed(set);
  CHECK(directory().seems_empty());
  catalog.put(set, "x.png", state(1));
  CHECK_FALSE(directory().seems_empty());
  read(0, 0);
  catalog.mark_incomplete(set);
  CHECK_FALSE(directory().seems_empty());
}

TEST_CASE("a directory is unseen if a scan read its parent to the end without finding it") {
  Catalog catalog;
  const DirectoryIndex seen = catalog.put_directory("A_1d");
  const DirectoryIndex gone = catalog.put_directory("B_1d");
  catalog.put_directory("B_1d/deep");
  catalog.begin_scan();
  Reading(catalog, k_root).finish();
  Reading(catalog, seen).finish();
  CHECK(catalog.unseen_directories(k_root) == std::vector{gone});
  CHECK(catalog.unseen_directories(seen).empty());
  catalog.mark_incomplete(k_root);
  CHECK(catalog.unseen_directories(k_root).empty());
  catalog.begin_scan();
  Reading(catalog, k_root).finish();
  catalog.mark_found(gone);
  CHECK(catalog.unseen_children({k_root}) == std::vector{seen});
}

TEST_CASE("unseen directories directly below given ones are listed") {
  Catalog catalog;
  const DirectoryIndex first = catalog.put_directory("2026");
  const DirectoryIndex second = catalog.put_directory("2027");
  const DirectoryIndex gone = catalog.put_directory("2026/A_1d");
  const DirectoryIndex seen = catalog.put_directory("2026/B_1d");
  const DirectoryIndex also_gone = catalog.put_directory("2027/A_1d");
  catalog.begin_scan();
  for (const DirectoryIndex read : {first, second, seen}) Reading(catalog, read).finish();
  CHECK(catalog.unseen_children({first}) == std::vector{gone});
  CHECK(catalog.unseen_children({first, second}) == std::vector{gone, also_gone});
  CHECK(catalog.unseen_children({k_root, seen}).empty());
  catalog.mark_incomplete(second);
  CHECK(catalog.unseen_children({first, second}) == std::vector{gone});
}

TEST_CASE("directories that could not be read to the end are counted") {
  Catalog catalog;
  const DirectoryIndex first = catalog.put_directory("A_1d");
  const DirectoryIndex second = catalog.put_directory("A_1d/B_1d");
  CHECK(catalog.unreadable_count() == 0);
  { Reading(catalog, first).fail(); }
  catalog.mark_incomplete(second);
  catalog.mark_incomplete(second);
  CHECK(catalog.unreadable_count() == 2);
  CHECK(catalog.repair() == 0);
  CHECK(catalog.unreadable_count() == 2);
  SECTION("until they are read") {
    Reading reading(catalog, second);
    reading.finish();
    CHECK(catalog.unreadable_count() == 1);
  }
  SECTION("until something is mounted there") {
    catalog.mark_mount(second);
    CHECK(catalog.unreadable_count() == 1);
    CHECK_FALSE(catalog.directory(second).is_complete());
    catalog.mark_incomplete(second);
    CHECK(catalog.unreadable_count() == 2);
  }
  SECTION("until they are forgotten") {
    catalog.forget_directory(first);
    CHECK(catalog.unreadable_count() == 0);
  }
  SECTION("until all directories are forgotten") {
    catalog.mark_incomplete(reaper::charts::k_root);
    CHECK(catalog.unreadable_count() == 3);
    catalog.clear();
    CHECK(catalog.unreadable_count() == 0);
  }
}
