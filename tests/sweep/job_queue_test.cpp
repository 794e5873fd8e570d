#include "sweep/job_queue.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

using reaper::sweep::ChartSearch;
using reaper::sweep::DryRun;
using reaper::sweep::FindUnseen;
using reaper::sweep::JobPtr;
using reaper::sweep::JobQueue;
using reaper::sweep::QuestionOutcome;
using reaper::sweep::Scope;
using reaper::sweep::SetsAnswer;
using reaper::sweep::Trigger;
using reaper::test::post;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;

TEST_CASE_METHOD(SweepServiceFixture, "a hundred simultaneous requests share two sweeps, and all are answered") {
  for (int i = 0; i < 100; ++i) order(post());
  await_reports(100);
  CHECK(sweeps_by(Trigger::request) <= 2);
}

TEST_CASE_METHOD(SweepServiceFixture, "a request never gets the report of a sweep that began before it") {
  auto release = hold_worker();
  order(post());
  io.poll();
  chart("A_1d/late.png", 99h);
  order(post());
  order(post());
  io.poll();
  release.set_value();
  await_reports(3);
  CHECK(reports[0] != reports[1]);
  CHECK(reports[1] == reports[2]);
}

TEST_CASE_METHOD(SweepServiceFixture, "requests for different things do not share a sweep") {
  auto release = hold_worker();
  order(post());
  io.poll();
  chart("A_1d/x.png", 1h);
  order({.trigger = Trigger::request, .dry_run = DryRun::yes, .set = {}, .asked_by = {}});
  order({.trigger = Trigger::request, .scope = Scope::set, .set = "A_1d", .asked_by = {}});
  order({.trigger = Trigger::request, .scope = Scope::set, .set = "B_1d", .asked_by = {}});
  io.poll();
  release.set_value();
  await_reports(4);
  CHECK(reports[2]->files_removed == 1);
  CHECK_FALSE(reports[3]->found);
  // A dry run does not count as a sweep.
  CHECK(sweeps_by(Trigger::request) == 3);
}

TEST_CASE_METHOD(SweepServiceFixture, "a requested sweep runs before earlier questions") {
  auto release = hold_worker();
  order(post());
  io.poll();
  look_for("A_1d/x.png");
  ask_for_ages();
  order(post());
  io.poll();
  release.set_value();
  await([&] { return searches.size() + ages.size() > 0; });
  CHECK(reports.size() == 2);
}

TEST_CASE_METHOD(SweepServiceFixture, "a stop answers the waiting requests without a sweep") {
  auto release = hold_worker();
  order(post());
  io.poll();
  order(post());
  io.poll();
  service.stop();
  worker.request_stop();
  release.set_value();
  await_reports(2);
  CHECK(reports[0]->stopped);
  CHECK(reports[1]->stopped);
  order(post());
  await_reports(3);
  CHECK(reports[2]->stopped);
}

TEST_CASE_METHOD(SweepServiceFixture,
                 "only a limited number of different questions and removals wait, and more are refused at once") {
  auto release = hold_worker();
  order(post());
  io.poll();
  for (int i = 0; i < 300; ++i) look_for(std::to_string(i) + "/x.png");
  io.poll();
  CHECK(searches.size() == 300 - 256);
  for (std::size_t i = 0; i < 20; ++i) ask_for_sets({.limit = i + 1});
  io.poll();
  CHECK(pages.size() == 20 - 16);
  for (int i = 0; i < 70; ++i)
    order({.trigger = Trigger::request, .scope = Scope::set, .set = std::to_string(i) + "_1d", .asked_by = {}});
  io.poll();
  CHECK(reports == std::vector<ReportPtr>(70 - 64));
  CHECK(std::ranges::all_of(searches,
                            [](const ChartSearch& search) { return search.outcome == QuestionOutcome::too_many; }));
  CHECK(
      std::ranges::all_of(pages, [](const SetsAnswer& answer) { return answer.outcome == QuestionOutcome::too_many; }));
  // The timer's own sweep is not refused.
  order({.trigger = Trigger::timer, .set = {}, .asked_by = {}});
  io.poll();
  CHECK(reports.size() == 70 - 64);
  release.set_value();
  await_reports(1 + 70 + 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "an update that scans again does not share a job with one that does not") {
  JobQueue queue{io.get_executor(), {sweeper, worker, log}, [](const reaper::sweep::Job&) {}};
  queue.use(service.settings().policy);
  queue.order_limit_sweep();  // nothing runs the io_context, so it never ends
  const JobPtr small = queue.order_storage();
  const JobPtr large = queue.order_storage(FindUnseen::yes);
  CHECK(large != small);
  CHECK(queue.order_storage() == small);
  CHECK(queue.order_storage(FindUnseen::yes) == large);
  queue.stop();
  worker.request_stop();
  REQUIRE(worker.has_ended(20s));
  io.poll();
}
