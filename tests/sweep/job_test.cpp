#include "sweep/job.hpp"

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <stdexcept>
#include <utility>
#include <variant>

using namespace std::chrono_literals;
using reaper::sweep::AnswersJob;
using reaper::sweep::Job;
using reaper::sweep::RootCheckJob;
using reaper::sweep::StorageJob;
using reaper::sweep::SweepJob;
using reaper::sweep::Trigger;
using reaper::sweep::Work;
using reaper::test::Call;

namespace {

struct JobFixture : reaper::test::ChartRoot {
  /// Runs the work and returns it.
  Work done(Work work) {
    Job job(io.get_executor(), std::move(work));
    perform(job, {sweeper, policy, stop, log});
    return job.work;
  }

  boost::asio::io_context io;
  reaper::sweep::Sweeper sweeper{root, clock, log, progress, reaper::live::Watching::poll};
  reaper::sweep::Policy policy{{.max_age = 24h, .max_size_bytes = 1000, .min_age = 60s},
                               reaper::base::GlobList({"*.png"})};
  std::stop_token stop;
};

SweepJob asked_for() { return {{.trigger = Trigger::request, .set = {}, .asked_by = "me"}}; }

}  // namespace

TEST_CASE_METHOD(JobFixture, "the words of an exception are escaped once") {
  system.before_each(Call::stat_root, [] { throw std::runtime_error("a\nb\\c"); });
  const auto report = std::get<SweepJob>(done(asked_for())).report;
  const std::string problem = "internal error: a\\nb\\\\c";
  CHECK(report->problem == problem);
  CHECK(report->root.problem == problem);
  CHECK(report->error_list.errors().at(0).message == problem);
}

TEST_CASE_METHOD(JobFixture, "each kind of job has its own result") {
  dir.write_file("charts/A_1d/x.png", "chart", clock.now() - 1h);
  CHECK(std::get<SweepJob>(done(asked_for())).report->charts_seen == 1);
  CHECK(std::get<RootCheckJob>(done(RootCheckJob{})).root.problem.empty());
  CHECK(std::get<StorageJob>(done(StorageJob{})).result.storage->files == 1);
  const Work answers = done(AnswersJob{{.ages = true, .pages = {}, .paths = {"A_1d/x.png"}}});
  CHECK(std::get<AnswersJob>(answers).result.found.storage->files == 1);
  CHECK(std::get<AnswersJob>(answers).result.answers.ages);
  CHECK(std::get<AnswersJob>(answers).result.answers.charts.at("A_1d/x.png"));
}

TEST_CASE_METHOD(JobFixture, "an exception ends the job and is in the result") {
  system.before_each(Call::stat_root, [] { throw std::runtime_error("no memory"); });
  const std::string problem = "internal error: no memory";
  const auto report = std::get<SweepJob>(done(asked_for())).report;
  CHECK(report->problem == problem);
  CHECK(report->errors == 1);
  CHECK(report->request.asked_by == "me");
  CHECK(std::get<RootCheckJob>(done(RootCheckJob{})).root.problem == problem);
  CHECK(std::get<StorageJob>(done(StorageJob{})).result.root.problem == problem);
  CHECK(std::get<AnswersJob>(done(AnswersJob{})).result.found.root.problem == problem);
}

TEST_CASE("the report of a cancelled sweep says so") {
  Work work = asked_for();
  call_off(work);
  CHECK(std::get<SweepJob>(work).report->stopped);
  CHECK(std::get<SweepJob>(work).report->request.asked_by == "me");
}
