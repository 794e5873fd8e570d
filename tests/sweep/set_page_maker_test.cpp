#include "sweep/set_page_maker.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <tuple>
#include <vector>

using namespace std::chrono_literals;
using namespace reaper;
using sweep::ChartGroup;
using sweep::SetPage;
using sweep::SetQuery;

namespace {

constexpr base::FileTime k_now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

struct Sets {
  void add(const std::string& path, const ChartGroup& charts) {
    sets.emplace_back(catalog.put_directory(path), charts);
  }

  SetPage page(const SetQuery& query) const {
    sweep::SetPageMaker maker(catalog, {query});
    for (const auto& [directory, charts] : sets) maker.add(directory, charts);
    return *maker.finish(k_now).at(0).second;
  }

  /// Returns the paths on the page, joined, and the total.
  std::string paths(const SetQuery& query) const {
    const SetPage made = page(query);
    std::string joined;
    for (const auto& set : made.sets) joined += set.path + " ";
    return joined + "of " + std::to_string(made.total);
  }

  charts::Catalog catalog;
  std::vector<std::pair<charts::DirectoryIndex, ChartGroup>> sets;
};

struct SomeSets : Sets {
  SomeSets() {
    add("B_1h", {3, 300, k_now - 1h, k_now});
    add("A_1d", {1, 300, k_now - 3h, k_now - 1h});
    add("B_1d", {2, 100, k_now - 9h, k_now - 2h});
  }
};

SetQuery sorted_by(SetQuery::Sort sort, SetQuery::Order order) { return {.sort = sort, .order = order, .match = {}}; }

constexpr auto k_up = SetQuery::Order::ascending;
constexpr auto k_down = SetQuery::Order::descending;

}  // namespace

TEST_CASE_METHOD(SomeSets, "chart sets are sorted as requested, and ties by name") {
  using Sort = SetQuery::Sort;
  CHECK(paths(sorted_by(Sort::bytes, k_down)) == "A_1d B_1h B_1d of 3");
  CHECK(paths(sorted_by(Sort::bytes, k_up)) == "B_1d A_1d B_1h of 3");
  CHECK(paths(sorted_by(Sort::files, k_down)) == "B_1h B_1d A_1d of 3");
  CHECK(paths(sorted_by(Sort::oldest, k_up)) == "B_1d A_1d B_1h of 3");
  CHECK(paths(sorted_by(Sort::newest, k_down)) == "B_1h A_1d B_1d of 3");
  CHECK(paths(sorted_by(Sort::name, k_up)) == "A_1d B_1d B_1h of 3");
  CHECK(paths(sorted_by(Sort::name, k_down)) == "B_1h B_1d A_1d of 3");
}

TEST_CASE_METHOD(SomeSets, "pages follow each other and end") {
  SetQuery query = sorted_by(SetQuery::Sort::name, k_up);
  query.limit = 2;
  CHECK(paths(query) == "A_1d B_1d of 3");
  query.offset = 2;
  CHECK(paths(query) == "B_1h of 3");
  query.offset = 3;
  CHECK(paths(query) == "of 3");
  query.offset = 4'000'000'000;
  CHECK(paths(query) == "of 3");
}

TEST_CASE_METHOD(SomeSets, "a part of a name finds a set in any case") {
  SetQuery query = sorted_by(SetQuery::Sort::name, k_up);
  query.match = "b_1";
  CHECK(paths(query) == "B_1d B_1h of 2");
  query.match = "nothing";
  CHECK(paths(query) == "of 0");
}

TEST_CASE_METHOD(SomeSets, "a set below another directory is found and sorted by its whole path") {
  add("deep/A_1d", {1, 300, k_now, k_now});
  add("", {1, 5, k_now, k_now});
  SetQuery query = sorted_by(SetQuery::Sort::name, k_up);
  CHECK(paths(query) == " A_1d B_1d B_1h deep/A_1d of 5");
  query.match = "p/a";
  CHECK(paths(query) == "deep/A_1d of 1");
  CHECK(page(query).sets[0].symbol == "A");
  CHECK(page(query).sets[0].interval == "1d");
}

TEST_CASE_METHOD(SomeSets, "the sets of a symbol are added up, and sets without a symbol are one group") {
  add("plain", {1, 7, k_now - 20h, k_now - 20h});
  SetQuery query;
  query.group = SetQuery::Group::symbol;
  SetPage found = page(query);
  CHECK(found.total == 3);
  REQUIRE(found.symbols.size() == 3);
  CHECK(found.symbols[0].symbol == "B");
  CHECK(found.symbols[0].sets == 2);
  CHECK(found.symbols[0].charts.files == 5);
  CHECK(found.symbols[0].charts.bytes == 400);
  CHECK(found.symbols[0].charts.oldest == k_now - 9h);
  CHECK(found.symbols[0].charts.newest == k_now);
  CHECK(found.symbols[2].symbol.empty());
  query.match = "b";
  query.limit = 1;
  CHECK(page(query).total == 1);
  query.match.clear();
  query.offset = 1;
  CHECK(page(query).symbols.at(0).symbol == "A");
}

TEST_CASE("any page equals that of a full sort") {
  std::mt19937 random(7);
  Sets sets;
  std::vector<std::tuple<std::uint64_t, std::string>> all;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t bytes = random() % 20;  // many ties
    const std::string path = (i % 7 == 0 ? "deep/S" : "S") + std::to_string(i) + "_1d";
    sets.add(path, {1, bytes, k_now, k_now});
    all.emplace_back(bytes, path);
  }
  std::ranges::sort(all);
  for (int round = 0; round < 50; ++round) {
    const SetQuery query{.limit = 1 + random() % 60,
                         .offset = random() % 520,
                         .sort = SetQuery::Sort::bytes,
                         .order = k_up,
                         .match = {}};
    std::string expected;
    for (std::size_t i = query.offset; i < std::min(query.offset + query.limit, all.size()); ++i)
      expected += std::get<1>(all[i]) + " ";
    CHECK(sets.paths(query) == expected + "of 500");
  }
}
