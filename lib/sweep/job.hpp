#pragma once

#include "base/async_event.hpp"
#include "sweep/chart_figures.hpp"
#include "sweep/report.hpp"
#include "sweep/sweeper.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace reaper::sweep {

/// A sweep, and its report.
struct SweepJob {
  Request request;
  std::shared_ptr<const Report> report = {};
};

/// A check of the root, and the state it found.
struct RootCheckJob {
  RootState root = {};
};

/// A refresh of the storage figures, and its result.
struct StorageJob {
  FindUnseen find_unseen = FindUnseen::no;
  StorageResult result = {};
};

/// Questions about charts, and their answers.
struct AnswersJob {
  Questions questions;
  AnswersResult result = {};
};

/// The work of a job and its result. The queue takes waiting jobs in this order.
using Work = std::variant<SweepJob, RootCheckJob, StorageJob, AnswersJob>;

/// One job on its way through the queue and the worker. Used on the io_context's thread. Until the job has ended, only
/// the worker writes `took` and the result. The request and the questions do not change once the worker has the job.
struct Job {
  using Clock = std::chrono::steady_clock;

  Job(const boost::asio::any_io_executor& executor, Work what) : work(std::move(what)), ended(executor) {}

  template <class Kind>
  [[nodiscard]] bool is() const noexcept {
    return std::holds_alternative<Kind>(work);
  }

  Work work;
  bool has_ended = false;  ///< true once the result may be read
  base::AsyncEvent ended;
  Clock::time_point ordered = Clock::now();
  Clock::time_point started{};  ///< when the worker took it
  Clock::duration took{};       ///< its run time on the worker
};

using JobPtr = std::shared_ptr<Job>;

/// The parts that a job needs to run.
struct JobContext {
  Sweeper& sweeper;
  const Policy& policy;
  const std::stop_token& stop;
  telemetry::Log& log;
};

/// Runs the job on the worker's thread. If the work throws, the result says so.
void perform(Job& job, const JobContext& context);

/// Makes the result of a job that will never start.
void call_off(Work& work);

}  // namespace reaper::sweep
