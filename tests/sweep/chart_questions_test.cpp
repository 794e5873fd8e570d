#include "sweep/chart_questions.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>

using reaper::sweep::ChartSearch;
using reaper::sweep::QuestionOutcome;
using reaper::sweep::Scope;
using reaper::sweep::SetsAnswer;
using reaper::sweep::Trigger;
using reaper::test::Call;
using reaper::test::post;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE_METHOD(SweepServiceFixture, "one job answers all waiting questions about charts") {
  chart("A_1d/x.png", 1h);
  auto release = hold_worker();
  order(post());
  io.poll();
  for (int i = 0; i < 50; ++i) {
    look_for("A_1d/" + std::string(i % 2 == 0 ? "x" : "y") + ".png");
    ask_for_ages();
    ask_for_sets({.limit = 10});
  }
  io.poll();
  CHECK(searches.empty());
  release.set_value();
  await([&] { return searches.size() + ages.size() + pages.size() == 150; });
  CHECK(jobs() == 2);  // the sweep and one more job
  CHECK(std::ranges::all_of(searches,
                            [](const ChartSearch& search) { return search.outcome == QuestionOutcome::answered; }));
  CHECK(std::ranges::count_if(searches, [](const ChartSearch& search) { return search.chart.has_value(); }) == 25);
  CHECK(std::ranges::all_of(ages, [](const auto& found) { return found && found->steps[1].files == 1; }));
  CHECK(std::ranges::all_of(pages, [](const SetsAnswer& answer) { return answer.page && answer.page->total == 1; }));
}

TEST_CASE_METHOD(SweepServiceFixture, "questions are answered within patience, and those that timed out are dropped") {
  auto release = hold_worker();
  order(post());
  io.poll();
  look_for("A_1d/x.png");
  ask_for_ages();
  ask_for_sets({});
  await([&] { return searches.size() + ages.size() + pages.size() == 3; });
  CHECK(searches[0].outcome == QuestionOutcome::not_now);
  CHECK_FALSE(ages[0]);
  CHECK(pages[0].outcome == QuestionOutcome::not_now);
  release.set_value();
  await_reports(1);
  look_for("A_1d/x.png");
  await([&] { return searches.size() == 2; });
  CHECK(jobs() == 2);  // the sweep and one more job
}

TEST_CASE_METHOD(SweepServiceFixture, "questions about charts do not keep the statistics old") {
  REQUIRE(storage()->files == 0);
  chart("A_1d/x.png", 1h);
  look_for("A_1d/x.png");
  await([&] { return !searches.empty(); });
  CHECK(searches[0].chart);
  CHECK(last_storage()->files == 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "during a sweep the last figures are returned at once") {
  chart("A_1d/x.png", 1h);
  ask_for_ages();
  ask_for_sets({});
  await([&] { return ages.size() + pages.size() == 2; });
  system.heal();
  auto release = hold_worker();
  fs::create_directory(dir.path("charts/NEW_1d"));
  service.apply(service.settings());
  order({.trigger = Trigger::request, .scope = Scope::everything, .set = {}, .asked_by = {}});
  io.poll();
  ask_for_ages();
  ask_for_sets({});
  io.poll();
  REQUIRE(ages.size() + pages.size() == 4);
  CHECK(ages[1]->steps[1].files == 1);
  CHECK(pages[1].page->total == 1);
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(SweepServiceFixture, "a chart not found in an unreadable directory may exist") {
  chart("A_1d/x.png", 1h);
  chart("B_1d/x.png", 1h);
  dir.set_modified("charts", clock.now() - 25h);  // keeps the root from being read again
  system.before(Call::open_beneath, 2, [this] { system.fail(Call::open_beneath, EACCES); });
  for (const char* path : {"A_1d/x.png", "A_1d/deep/x.png", "C_1d/x.png"}) look_for(path);
  await([&] { return searches.size() == 3; });
  for (const ChartSearch& search : searches) CHECK(search.outcome == QuestionOutcome::answered);
  for (const ChartSearch& search : searches) CHECK_FALSE(search.chart);
  CHECK(searches[0].unreadable == "openat2 'A_1d': Permission denied");
  CHECK(searches[1].unreadable == "openat2 'A_1d': Permission denied");
  CHECK(searches[2].unreadable.empty());
  CHECK(last_storage()->unreadable == 2);
  CHECK(last_storage()->unreadable_example.ends_with("_1d': Permission denied"));
}
