#include "sweep/job.hpp"

#include "base/printable.hpp"

#include <exception>

namespace reaper::sweep {
namespace {

/// Runs each kind of work.
struct Performer {
  const JobContext& context;

  void operator()(SweepJob& job) const {
    job.report = std::make_shared<const Report>(context.sweeper.sweep(job.request, context.policy, context.stop));
  }
  void operator()(RootCheckJob& job) const { job.root = context.sweeper.check_root(context.policy); }
  void operator()(StorageJob& job) const {
    job.result = context.sweeper.read_storage(context.policy, context.stop, job.find_unseen);
  }
  void operator()(AnswersJob& job) const {
    job.result = context.sweeper.answer_questions(context.policy, job.questions, context.stop);
  }
};

/// Makes the result of work that threw an exception.
struct Failure {
  std::string problem;

  void operator()(SweepJob& job) const {
    Report report;
    report.request = job.request;
    report.errors = 1;
    report.errors_by_operation["internal"] = 1;
    report.error_list.add_first("internal", "", problem);
    report.problem = problem;
    report.root.problem = problem;
    job.report = std::make_shared<const Report>(std::move(report));
  }
  void operator()(RootCheckJob& job) const { job.root.problem = problem; }
  void operator()(StorageJob& job) const { job.result = {nullptr, {.problem = problem}}; }
  void operator()(AnswersJob& job) const { job.result = {{nullptr, {.problem = problem}}, {}}; }
};

}  // namespace

void perform(Job& job, const JobContext& context) {
  const auto began = Job::Clock::now();
  try {
    std::visit(Performer{context}, job.work);
  } catch (const std::exception& error) {
    // Most likely memory ran out. The volume is in a valid state, and the next sweep tries again.
    context.log.write(telemetry::LogLevel::error, "Error during chart cleanup", {{"error", error.what()}});
    std::visit(Failure{"internal error: " + base::printable(error.what())}, job.work);
  }
  job.took = Job::Clock::now() - began;
}

void call_off(Work& work) {
  auto* const sweep = std::get_if<SweepJob>(&work);
  if (sweep == nullptr) return;
  Report report;
  report.request = sweep->request;
  report.stopped = true;
  sweep->report = std::make_shared<const Report>(std::move(report));
}

}  // namespace reaper::sweep
