#include "charts/catalog.hpp"

#include "support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

using namespace reaper::charts;

namespace {

Chart chart_in(DirectoryIndex directory, std::uint64_t bytes, std::int64_t modified_ns = 0) {
  Chart chart;
  chart.directory = directory;
  chart.size_bytes = bytes;
  chart.counted_bytes = bytes;
  chart.modified_ns = modified_ns;
  return chart;
}

struct Place {
  const char* directory;
  const char* name;
};

}  // namespace

TEST_CASE("an empty catalog has nothing in it") {
  const Catalog catalog;
  CHECK(catalog.charts().empty());
  CHECK(catalog.directories().empty());
  CHECK(catalog.total_bytes() == 0);
}

TEST_CASE("charts are counted in their directory and their counted bytes in the total") {
  Catalog catalog;
  const DirectoryIndex first = catalog.add_directory("A_1d");
  const DirectoryIndex second = catalog.add_directory("B_1d");
  catalog.add_chart(chart_in(first, 100), "x.png");
  Chart sparse = chart_in(first, 1000);
  sparse.counted_bytes = 7;
  catalog.add_chart(sparse, "y.png");
  catalog.add_chart(chart_in(second, 50), "x.png");
  CHECK(catalog.total_bytes() == 157);
  CHECK(catalog.directory(first).charts == 2);
  CHECK(catalog.directory(second).charts == 1);
  CHECK(catalog.charts().size() == 3);
}

TEST_CASE("a chart has its name and its path relative to the root") {
  Catalog catalog;
  const DirectoryIndex root = catalog.add_directory("");
  const DirectoryIndex nested = catalog.add_directory("deep/NIFTY 50_1day");
  const ChartIndex in_root = catalog.add_chart(chart_in(root, 1), "stray.png");
  const ChartIndex in_nested = catalog.add_chart(chart_in(nested, 1), "volume_analysis.png");
  CHECK(catalog.name(catalog.chart(in_nested)) == "volume_analysis.png");
  CHECK(catalog.path(catalog.chart(in_root)) == "stray.png");
  CHECK(catalog.path(catalog.chart(in_nested)) == "deep/NIFTY 50_1day/volume_analysis.png");
}

TEST_CASE("a name is kept once however many charts share it") {
  Catalog catalog;
  const DirectoryIndex first = catalog.add_directory("A_1d");
  const DirectoryIndex second = catalog.add_directory("B_1d");
  const ChartIndex one = catalog.add_chart(chart_in(first, 1), "x.png");
  const ChartIndex other = catalog.add_chart(chart_in(first, 1), "y.png");
  // From a temporary, as a scanner passes it.
  const ChartIndex same = catalog.add_chart(chart_in(second, 1), std::string("x.p") + "ng");
  CHECK(&catalog.name(catalog.chart(one)) == &catalog.name(catalog.chart(same)));
  CHECK(&catalog.name(catalog.chart(one)) != &catalog.name(catalog.chart(other)));
}

TEST_CASE("a moved catalog goes on as before") {
  Catalog original;
  const DirectoryIndex directory = original.add_directory("A_1d");
  const ChartIndex chart = original.add_chart(chart_in(directory, 5), "x.png");
  Catalog moved(std::move(original));
  const ChartIndex added = moved.add_chart(chart_in(directory, 6), "x.png");
  CHECK(moved.path(moved.chart(chart)) == "A_1d/x.png");
  CHECK(&moved.name(moved.chart(added)) == &moved.name(moved.chart(chart)));
  CHECK(moved.total_bytes() == 11);
}

TEST_CASE("the oldest chart is removed first") {
  Catalog catalog;
  const DirectoryIndex directory = catalog.add_directory("A_1d");
  const Chart old = catalog.chart(catalog.add_chart(chart_in(directory, 1, 10), "z.png"));
  const Chart young = catalog.chart(catalog.add_chart(chart_in(directory, 1, 11), "a.png"));
  const Chart ancient = catalog.chart(catalog.add_chart(chart_in(directory, 1, -10), "y.png"));
  CHECK(catalog.removed_before(old, young));
  CHECK_FALSE(catalog.removed_before(young, old));
  CHECK(catalog.removed_before(ancient, old));
  CHECK_FALSE(catalog.removed_before(old, old));
}

TEST_CASE("charts of equal time are removed in the order of their whole paths") {
  // '-' sorts before '/', which sorts before every letter: comparing directory by directory would go wrong.
  constexpr Place k_places[] = {
      {"", "A"},      {"", "x.png"}, {"", "A-b.png"}, {"A", "x"},        {"A-b", "x"},   {"A", "b/x"},
      {"A.b", "x"},   {"AA", "x"},   {"A/b", "x"},    {"A/b", "x.png"},  {"A/b-c", "x"}, {"A/b/c", "x"},
      {"A", "x.png"}, {"A", "x0"},   {"日経", "x"},   {"\xff", "x.png"},
  };
  Catalog catalog;
  for (const Place& place : k_places) {
    catalog.add_chart(chart_in(catalog.add_directory(place.directory), 1), place.name);
  }
  for (const Chart& left : catalog.charts()) {
    for (const Chart& right : catalog.charts()) {
      INFO(catalog.path(left) << " and " << catalog.path(right));
      CHECK(catalog.removed_before(left, right) == (catalog.path(left) < catalog.path(right)));
    }
  }
}

TEST_CASE("a hundred thousand charts take at most 64 bytes each and sort by path") {
  static_assert(sizeof(Chart) <= 64);
  constexpr std::size_t k_sets = 25'000;
  constexpr const char* k_names[] = {"technical_overview.png", "pattern_analysis.png", "volume_analysis.png",
                                     "mtf_comparison.png"};
  Catalog catalog;
  for (std::size_t i = 0; i < k_sets; ++i) {
    // 7 and 25,000 have no common factor, so each number comes once, out of order.
    const DirectoryIndex directory = catalog.add_directory(fmt::format("S{}_1day", i * 7 % k_sets));
    for (const char* const name : k_names) catalog.add_chart(chart_in(directory, 400'000), name);
  }
  CHECK(catalog.total_bytes() == 4 * k_sets * 400'000);
  std::vector<Chart> order = catalog.charts();
  std::sort(order.begin(), order.end(),
            [&](const Chart& left, const Chart& right) { return catalog.removed_before(left, right); });
  CHECK(std::is_sorted(order.begin(), order.end(), [&](const Chart& left, const Chart& right) {
    return catalog.path(left) < catalog.path(right);
  }));
}

TEST_CASE("a fingerprint tells a rewritten file, and forgives a rename") {
  Chart chart = chart_in(0, 100, 5);
  chart.inode = 1;
  chart.device = 2;
  chart.changed_ns = 6;
  const Fingerprint judged = chart.fingerprint();
  CHECK(judged == Fingerprint{1, 2, 100, 5, 6});
  CHECK(judged.same_content_as(judged));

  Fingerprint renamed = judged;
  renamed.changed_ns = 7;
  CHECK(renamed != judged);
  CHECK(renamed.same_content_as(judged));

  const Fingerprint others[] = {{9, 2, 100, 5, 6}, {1, 9, 100, 5, 6}, {1, 2, 101, 5, 6}, {1, 2, 100, 9, 6}};
  for (const Fingerprint& other : others) {
    CHECK(other != judged);
    CHECK_FALSE(other.same_content_as(judged));
  }
}

TEST_CASE("a directory is empty only if it was read to the end and nothing is in it") {
  Directory directory;
  CHECK(directory.empty());
  directory.others = 1;
  CHECK_FALSE(directory.empty());
  directory.others = 0;
  directory.charts = 1;
  CHECK_FALSE(directory.empty());
  directory.charts = 0;
  directory.subdirectories = 1;
  CHECK_FALSE(directory.empty());
  directory.subdirectories = 0;
  directory.complete = false;
  CHECK_FALSE(directory.empty());
}
