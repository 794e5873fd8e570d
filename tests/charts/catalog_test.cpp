#include "charts/catalog.hpp"

#include "charts/catalog_reading.hpp"
#include "support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace reaper::charts;
using reaper::test::oldest_first;
using reaper::test::Paths;
using reaper::test::state;

namespace {

std::vector<std::string> newest_first(const Catalog& catalog) {
  std::vector<std::string> paths;
  catalog.visit_newest_first([&](ChartIndex chart) {
    paths.push_back(catalog.path(catalog.chart(chart)));
    return true;
  });
  return paths;
}

}  // namespace

TEST_CASE("an empty catalog only has the root") {
  Catalog catalog;
  CHECK(catalog.chart_count() == 0);
  CHECK(catalog.total_bytes() == 0);
  CHECK(catalog.set_count() == 0);
  CHECK(catalog.directory_count() == 1);
  CHECK(catalog.oldest() == k_no_chart);
  CHECK(catalog.newest() == k_no_chart);
  CHECK(catalog.path(k_root).empty());
}

TEST_CASE("charts, their counted bytes and the directories that hold them are counted") {
  Catalog catalog;
  const DirectoryIndex first = catalog.put_directory("A_1d");
  const DirectoryIndex second = catalog.put_directory("B_1d");
  CHECK(catalog.put(first, "x.png", state(100)) == Change::added);
  ChartState sparse = state(1000);
  sparse.counted_bytes = 7;
  catalog.put(first, "y.png", sparse);
  catalog.put(second, "x.png", state(50));
  CHECK(catalog.total_bytes() == 157);
  CHECK(catalog.chart_count() == 3);
  CHECK(catalog.set_count() == 2);
  CHECK(catalog.directory(first).charts() == 2);
  CHECK(catalog.forget(second, "x.png"));
  CHECK_FALSE(catalog.forget(second, "x.png"));
  CHECK(catalog.total_bytes() == 107);
  CHECK(catalog.set_count() == 1);
}

TEST_CASE("a chart larger than 4 GiB counts in full, before and after it changes") {
  Catalog catalog;
  const DirectoryIndex set = catalog.put_directory("A_1d");
  constexpr std::uint64_t k_huge = std::uint64_t{5} << 32U;
  catalog.put(set, "x.png", state(k_huge));
  CHECK(catalog.counted_bytes(catalog.find(set, "x.png")) == k_huge);
  CHECK(catalog.put(set, "x.png", state(k_huge + 1)) == Change::updated);
  CHECK(catalog.total_bytes() == k_huge + 1);
  CHECK(catalog.put(set, "x.png", state(5)) == Change::updated);
  CHECK(catalog.total_bytes() == 5);
  catalog.put(set, "x.png", state(k_huge));
  catalog.forget(set, "x.png");
  CHECK(catalog.total_bytes() == 0);
}

TEST_CASE("putting a chart reports if anything has changed") {
  Catalog catalog;
  const DirectoryIndex set = catalog.put_directory("A_1d");
  CHECK(catalog.put(set, "x.png", state(100, 5)) == Change::added);
  CHECK(catalog.put(set, "x.png", state(100, 5)) == Change::none);
  CHECK(catalog.put(set, "x.png", state(100, 6)) == Change::updated);
  ChartState replaced = state(100, 6);
  replaced.fingerprint.inode = 9;
  CHECK(catalog.put(set, "x.png", replaced) == Change::updated);
  replaced.linked = true;
  CHECK(catalog.put(set, "x.png", replaced) == Change::updated);
  CHECK(catalog.linked_count() == 1);
  CHECK(catalog.put(set, catalog.snapshot_of(catalog.find(set, "x.png"))) == Change::none);
  CHECK(catalog.chart_count() == 1);
}

TEST_CASE("a chart has a name and a path relative to the root") {
  Catalog catalog;
  const DirectoryIndex nested = catalog.put_directory("deep/NIFTY 50_1day");
  catalog.put(k_root, "stray.png", state(1));
  catalog.put(nested, "volume_analysis.png", state(1));
  CHECK(catalog.path(nested) == "deep/NIFTY 50_1day");
  CHECK(catalog.path(catalog.chart(catalog.find(k_root, "stray.png"))) == "stray.png");
  CHECK(catalog.path(catalog.chart(catalog.find(nested, "volume_analysis.png"))) ==
        "deep/NIFTY 50_1day/volume_analysis.png");
  CHECK(catalog.find_directory("deep/NIFTY 50_1day") == nested);
  CHECK(catalog.find_directory("deep/other") == k_no_directory);
  CHECK(catalog.find_directory("") == k_root);
}

TEST_CASE("forgetting a directory forgets everything below it and frees its record") {
  Catalog catalog;
  const DirectoryIndex deep = catalog.put_directory("a/b/c_1d");
  const DirectoryIndex other = catalog.put_directory("d_1d");
  catalog.put(deep, "x.png", state(10));
  catalog.put(other, "x.png", state(5));
  Paths forgotten;
  catalog.forget_directory(catalog.find_directory("a"),
                           [&](DirectoryIndex index) { forgotten.push_back(catalog.path(index)); });
  CHECK(forgotten == Paths{"a", "a/b", "a/b/c_1d"});
  CHECK(catalog.total_bytes() == 5);
  CHECK(catalog.directory_count() == 2);
  CHECK(catalog.find_directory("a") == k_no_directory);
  CHECK(catalog.put_directory("e_1d") <= deep);
  CHECK(oldest_first(catalog) == Paths{"d_1d/x.png"});
  catalog.clear();
  CHECK(catalog.chart_count() == 0);
  CHECK(catalog.directory_count() == 1);
}

TEST_CASE("a directory that is added twice has one record") {
  Catalog catalog;
  const auto [first, is_new] = catalog.add_directory(k_root, "A_1d");
  CHECK(is_new);
  const DirectoryIndex below = catalog.add_directory(first, "A_1d").first;
  CHECK(below != first);
  CHECK(catalog.add_directory(k_root, "A_1d") == std::pair(first, false));
  CHECK(catalog.directory_count() == 3);
  CHECK(catalog.directory(k_root).children() == 1);
  CHECK(catalog.put_directory("B_1d") == below + 1);
  CHECK(catalog.find_directory("A_1d") == first);
  catalog.forget_directory(first);
  CHECK(catalog.find_directory("A_1d") == k_no_directory);
}

TEST_CASE("charts are ordered oldest first, or newest first") {
  Catalog catalog;
  const DirectoryIndex set = catalog.put_directory("A_1d");
  catalog.put(set, "b.png", state(1, 10));
  catalog.put(set, "c.png", state(1, 11));
  catalog.put(set, "a.png", state(1, -10));
  CHECK(oldest_first(catalog) == Paths{"A_1d/a.png", "A_1d/b.png", "A_1d/c.png"});
  CHECK(newest_first(catalog) == Paths{"A_1d/c.png", "A_1d/b.png", "A_1d/a.png"});
  // A rewritten chart moves to the end.
  catalog.put(set, "a.png", state(1, 20));
  CHECK(oldest_first(catalog) == Paths{"A_1d/b.png", "A_1d/c.png", "A_1d/a.png"});
  CHECK(catalog.oldest() == catalog.find(set, "b.png"));
  CHECK(catalog.newest() == catalog.find(set, "a.png"));
  catalog.forget(set, "b.png");
  CHECK(catalog.oldest() == catalog.find(set, "c.png"));
}

TEST_CASE("charts of equal time are ordered by their whole paths") {
  // '-' sorts before '/', which sorts before every letter. So comparing directory by directory would be wrong.
  const std::vector<std::pair<const char*, const char*>> entries = {
      {"", "A1"},     {"", "x.png"},  {"", "A-b.png"}, {"A", "x"},     {"A-b", "x"},
      {"A.b", "x"},   {"AA", "x"},    {"A/b", "x"},    {"A/b", "x.p"}, {"A/b-c", "x"},
      {"A/b/c", "x"}, {"A", "x.png"}, {"A", "x0"},     {"日経", "x"},  {"\xff", "x"}};
  Catalog catalog;
  Paths expected;
  for (const auto& [directory, name] : entries) {
    catalog.put(catalog.put_directory(directory), name, state(1));
    expected.push_back(join_path(directory, name));
  }
  std::sort(expected.begin(), expected.end());
  CHECK(oldest_first(catalog) == expected);
  std::vector<ChartSnapshot> judged;
  catalog.visit_oldest_first([&](ChartIndex chart) {
    judged.push_back(catalog.snapshot_of(chart));
    return true;
  });
  CHECK(std::is_sorted(judged.begin(), judged.end(), removed_before));
}

TEST_CASE("every chart of a very large directory is found") {
  Catalog catalog;
  const DirectoryIndex set = catalog.put_directory("A_1d");
  for (int i = 0; i < 1000; ++i) catalog.put(set, fmt::format("{}.png", i), state(1, i));
  for (int i = 0; i < 1000; i += 2) CHECK(catalog.forget(set, fmt::format("{}.png", i)));
  for (int i = 0; i < 1000; ++i) CHECK((catalog.find(set, fmt::format("{}.png", i)) != k_no_chart) == (i % 2 == 1));
  CHECK(catalog.chart_count() == 500);
}

TEST_CASE("the bytes of excluded charts are counted until a chart changes or the sweep ends") {
  Catalog catalog;
  const DirectoryIndex set = catalog.put_directory("A_1d");
  catalog.put(set, "x.png", state(10));
  catalog.put(set, "y.png", state(20));
  catalog.exclude_from_plan(catalog.find(set, "x.png"));
  catalog.exclude_from_plan(catalog.find(set, "x.png"));
  catalog.exclude_from_plan(catalog.find(set, "y.png"));
  CHECK(catalog.excluded_bytes() == 30);
  catalog.put(set, "x.png", state(11));
  CHECK(catalog.excluded_bytes() == 20);
  catalog.forget(set, "y.png");
  CHECK(catalog.excluded_bytes() == 0);
  catalog.exclude_from_plan(catalog.find(set, "x.png"));
  catalog.end_exclusions();
  CHECK(catalog.excluded_bytes() == 0);
  CHECK(!catalog.chart(catalog.find(set, "x.png")).is_excluded());
}

TEST_CASE("figures and order stay correct after any puts and forgets") {
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  Catalog catalog;
  std::map<std::string, std::pair<std::int64_t, std::uint64_t>> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::string directory = fmt::format("S{}_1d", random() % 40);
    const std::string name = fmt::format("{}.png", random() % 60);
    const std::string path = join_path(directory, name);
    if (random() % 3 == 0) {
      const DirectoryIndex known = catalog.find_directory(directory);
      const bool forgotten = known != k_no_directory && catalog.forget(known, name);
      CHECK(forgotten == (model.erase(path) == 1));
    } else {
      // Most charts are the newest when they are written. Some are older, and some share their time.
      const auto modified = random() % 4 == 0 ? static_cast<std::int64_t>(random() % 1000) : std::int64_t{step};
      const std::uint64_t bytes = random() % 1000;
      catalog.put(catalog.put_directory(directory), name, state(bytes, modified));
      model[path] = {modified, bytes};
    }
    if (step % 500 != 0) continue;
    std::vector<std::pair<std::int64_t, std::string>> expected;
    std::uint64_t total = 0;
    for (const auto& [known, chart] : model) {
      expected.emplace_back(chart.first, known);
      total += chart.second;
    }
    std::sort(expected.begin(), expected.end());
    Paths paths;
    for (const auto& [modified, known] : expected) paths.push_back(known);
    REQUIRE(oldest_first(catalog) == paths);
    std::reverse(paths.begin(), paths.end());
    REQUIRE(newest_first(catalog) == paths);
    REQUIRE(catalog.total_bytes() == total);
    REQUIRE(catalog.chart_count() == model.size());
    if (!paths.empty()) REQUIRE(catalog.path(catalog.chart(catalog.newest())) == paths.front());
  }
}

TEST_CASE("a chart takes whole blocks of the volume, whatever its size") {
  Catalog catalog;
  const DirectoryIndex set = catalog.put_directory("A_1d");
  const auto put = [&](const char* name, std::uint64_t bytes, std::uint64_t allocated) {
    ChartState chart = state(bytes);
    chart.allocated_bytes = allocated;
    catalog.put(set, name, chart);
    return catalog.allocated_bytes(catalog.find(set, name));
  };
  CHECK(put("usual", 200, 4096) == 4096);
  CHECK(put("hole", 1'000'000, 8192) == 8192);
  CHECK(put("preallocated", 100, 65536) == 65536);
  CHECK(put("giant", std::uint64_t{3} << 30U, std::uint64_t{3} << 30U) == std::uint64_t{3} << 30U);
  CHECK(catalog.counted_bytes(catalog.find(set, "giant")) == std::uint64_t{3} << 30U);
  CHECK(catalog.total_allocated_bytes() == 4096 + 8192 + 65536 + (std::uint64_t{3} << 30U));
  CHECK(put("hole", 1'000'000, 1'003'520) == 1'003'520);
  CHECK(put("giant", 5, 4096) == 4096);
  catalog.forget(set, "preallocated");
  CHECK(catalog.total_allocated_bytes() == 4096 + 1'003'520 + 4096);
  catalog.clear();
  CHECK(catalog.total_allocated_bytes() == 0);
}

TEST_CASE("one huge chart does not raise the size of a usual large chart") {
  Catalog catalog;
  const auto put = [&](int number, std::uint64_t bytes) {
    ChartState state;
    state.counted_bytes = state.allocated_bytes = bytes;
    catalog.put(catalog.put_directory("A_1d"), std::to_string(number) + ".png", state);
  };
  CHECK(catalog.large_chart_bytes() == 0);
  put(0, 1'000'000'000);
  CHECK(catalog.large_chart_bytes() == 0);
  for (int i = 1; i < 100; ++i) put(i, 4096);
  CHECK(catalog.large_chart_bytes() == 4096);
  put(1, 8192);
  CHECK(catalog.large_chart_bytes() == 8192);
  catalog.forget(catalog.find_directory("A_1d"), "1.png");
  CHECK(catalog.large_chart_bytes() == 4096);
}
