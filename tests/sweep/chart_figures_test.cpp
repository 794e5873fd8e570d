#include "sweep/chart_figures.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace reaper;
using namespace reaper::sweep;

namespace {

constexpr base::FileTime k_now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

void add(charts::Catalog& catalog, std::string_view directory, std::string_view name, std::chrono::nanoseconds age,
         std::uint64_t bytes) {
  charts::ChartState state;
  state.fingerprint.modified_ns = (k_now - age).time_since_epoch().count();
  state.fingerprint.size_bytes = state.counted_bytes = state.allocated_bytes = bytes;
  catalog.put(catalog.put_directory(directory), name, state);
}

void fill(charts::Catalog& catalog) {
  add(catalog, "A_B_1day", "new.png", 1h, 10);
  add(catalog, "A_B_1day", "old.png", 25h, 20);
  add(catalog, "A_B_1hour", "ahead.png", -1h, 30);
  add(catalog, "deep/plain", "x.png", 24h, 40);
  catalog.put_directory("EMPTY_1day");
}

}  // namespace

TEST_CASE("charts are told by set and by symbol, without the empty ones") {
  charts::Catalog catalog;
  fill(catalog);
  const ChartFigures figures = figures_of(catalog, 24h, k_now);
  REQUIRE(figures.sets.size() == 3);
  CHECK(figures.sets[0].path == "A_B_1day");
  CHECK(figures.sets[0].symbol == "A_B");
  CHECK(figures.sets[0].interval == "1day");
  CHECK(figures.sets[0].charts.files == 2);
  CHECK(figures.sets[0].charts.bytes == 30);
  CHECK(figures.sets[0].charts.oldest == k_now - 25h);
  CHECK(figures.sets[0].charts.newest == k_now - 1h);
  CHECK(figures.sets[2].path == "deep/plain");
  CHECK(figures.sets[2].symbol.empty());
  REQUIRE(figures.symbols.size() == 2);
  CHECK(figures.symbols[0].symbol.empty());
  CHECK(figures.symbols[1].symbol == "A_B");
  CHECK(figures.symbols[1].sets == 2);
  CHECK(figures.symbols[1].charts.bytes == 60);
  CHECK(figures.symbols[1].charts.newest == k_now + 1h);
}

TEST_CASE("charts are told by age: the future is young, and the maximum age is old") {
  charts::Catalog catalog;
  fill(catalog);
  const AgeFigures ages = figures_of(catalog, 24h, k_now).ages;
  CHECK(ages.step == 1h);
  CHECK(ages.steps[0].files == 1);
  CHECK(ages.steps[0].bytes == 30);
  CHECK(ages.steps[1].files == 1);
  CHECK(ages.older.files == 2);
  CHECK(ages.older.bytes == 60);
}

TEST_CASE("a chart is found by its path, with what is removed after it") {
  charts::Catalog catalog;
  fill(catalog);
  const auto facts = facts_of(catalog, "A_B_1day/new.png");
  REQUIRE(facts);
  CHECK(facts->size_bytes == 10);
  CHECK(facts->modified == k_now - 1h);
  CHECK(facts->this_and_newer_bytes == 40);
  CHECK(facts->freed_before == base::Room{60, 2});
  CHECK(facts_of(catalog, "A_B_1day/old.png")->this_and_newer_bytes == 100);
  for (const char* path : {"", "A_B_1day", "new.png", "A_B_1day/new.pn", "/A_B_1day/new.png", "A_B_1hour/new.png"})
    CHECK_FALSE(facts_of(catalog, path));
}
