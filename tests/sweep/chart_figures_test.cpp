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

AgeFigures ages_of(charts::Catalog& catalog) {
  return *answers_from(catalog, {.ages = true, .pages = {}, .paths = {}}, 24h, k_now).ages;
}

}  // namespace

TEST_CASE("charts are counted by age: the future is young, and the maximum age is old") {
  charts::Catalog catalog;
  fill(catalog);
  const AgeFigures ages = ages_of(catalog);
  CHECK(ages.as_of == k_now);
  CHECK(ages.step == 1h);
  CHECK(ages.steps[0].files == 1);
  CHECK(ages.steps[0].bytes == 30);
  CHECK(ages.steps[1].files == 1);
  CHECK(ages.older.files == 2);
  CHECK(ages.older.bytes == 60);
}

TEST_CASE("charts are found by path, each with the bytes removed after it") {
  charts::Catalog catalog;
  fill(catalog);
  const std::vector<std::string> missing{
      "", "A_B_1day", "new.png", "A_B_1day/new.pn", "/A_B_1day/new.png", "A_B_1hour/new.png"};
  Questions questions{.ages = false, .pages = {}, .paths = missing};
  questions.paths.insert(questions.paths.begin() + 2, {"A_B_1day/new.png", "A_B_1day/old.png"});
  const Answers answers = answers_from(catalog, questions, 24h, k_now);
  REQUIRE(answers.charts.size() == missing.size() + 2);
  CHECK_FALSE(answers.ages);
  const auto facts = answers.charts.at("A_B_1day/new.png");
  REQUIRE(facts);
  CHECK(facts->size_bytes == 10);
  CHECK(facts->modified == k_now - 1h);
  CHECK(facts->this_and_newer_bytes == 40);
  CHECK(facts->freed_before == base::Room{60, 2});
  CHECK(answers.charts.at("A_B_1day/old.png")->this_and_newer_bytes == 100);
  for (const std::string& path : missing) CHECK_FALSE(answers.charts.at(path));
}

TEST_CASE("questions of all kinds are answered together") {
  charts::Catalog catalog;
  fill(catalog);
  const SetQuery by_name{.sort = SetQuery::Sort::name, .match = {}};
  const Answers answers =
      answers_from(catalog, {.ages = true, .pages = {{}, by_name}, .paths = {"deep/plain/x.png"}}, 24h, k_now);
  CHECK(answers.ages->older.files == 2);
  REQUIRE(answers.pages.size() == 2);
  CHECK(answers.pages[0].first == SetQuery{});
  CHECK(answers.pages[1].first == by_name);
  CHECK(answers.pages[1].second->total == 3);
  CHECK(answers.charts.at("deep/plain/x.png")->size_bytes == 40);
}
