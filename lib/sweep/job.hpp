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

/// A check of the root, and its state.
struct RootCheckJob {
  RootState root = {};
};

/// A look at the volume, and its figures.
struct StorageJob {
  StorageResult result = {};
};

/// Questions about the charts, and their answers.
struct AnswersJob {
  Questions questions;
  AnswersResult result = {};
};

/// The work of a job and its result. Jobs that wait are taken in this order.
using Work = std::variant<SweepJob, RootCheckJob, StorageJob, AnswersJob>;

/// One piece of work on its way through the queue and the worker. Used on the io_context's thread. Only the worker
/// writes the result and `took`, before the job has ended; the order and the questions do not change once the worker
/// has it.
struct Job {
  using Clock = std::chrono::steady_clock;

  Job(const boost::asio::any_io_executor& executor, Work what) : work(std::move(what)), ended(executor) {}

  template <class Kind>
  [[nodiscard]] bool is() const noexcept {
    return std::holds_alternative<Kind>(work);
  }

  Work work;
  bool has_ended = false;  ///< the result may be read
  base::AsyncEvent ended;
  Clock::time_point ordered = Clock::now();
  Clock::time_point started{};  ///< when the worker got it
  Clock::duration took{};       ///< on the worker
};

using JobPtr = std::shared_ptr<Job>;

/// The parts that a job works with.
struct JobContext {
  Sweeper& sweeper;
  const Policy& policy;
  const std::stop_token& stop;
  telemetry::Log& log;
};

/// Carries out the job, on the worker's thread. If that throws, the result says so.
void perform(Job& job, const JobContext& context);

/// Makes the result of work that will never begin.
void call_off(Work& work);

}  // namespace reaper::sweep
