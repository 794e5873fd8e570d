#pragma once

#include "sweep/job.hpp"
#include "sweep/worker.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>

namespace reaper::sweep {

/// The time that a client waits for a job that is no sweep. Then it gets the last known answer.
inline constexpr std::chrono::seconds k_patience{2};

/// Runs jobs on the worker, one at a time: sweeps first, then in the order of Work. Lives on the io_context's thread.
///
/// Equal jobs run once. A job other than a sweep is dropped when no client waits for it, so the queue stays short even
/// if the volume hangs.
class JobQueue {
 public:
  /// The parts that the jobs need.
  struct Parts {
    Sweeper& sweeper;
    Worker& worker;
    telemetry::Log& log;
  };

  /// A request is refused while this number of sweeps waits. Each of them is a DELETE of another chart set.
  static constexpr std::size_t k_max_sweeps = 64;

  /// Calls `on_end` with each job that the worker has finished. At that time the worker is idle, and clients still
  /// wait.
  JobQueue(boost::asio::any_io_executor executor, Parts parts, std::function<void(const Job&)> on_end);

  /// Sets the policy of all jobs that start from now on. Call it before the first job.
  void use(const Policy& policy) { policy_ = std::make_shared<const Policy>(policy); }

  /// Runs a sweep, or waits for an equal one in the queue, and returns its report. See SweepOperations::sweep.
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request);

  /// Checks the root, unless the worker is busy.
  [[nodiscard]] boost::asio::awaitable<void> check_root();

  /// Orders a check of the root.
  JobPtr order_root_check() { return add(RootCheckJob{}); }

  /// Orders a limit sweep, unless a sweep waits that does at least the same.
  void order_limit_sweep();

  /// Returns the waiting storage job if it does at least the same, or orders one.
  JobPtr order_storage(FindUnseen find_unseen = FindUnseen::no);

  /// Adds a question to the waiting job, or orders one. Returns null if the job cannot take it: `add` returned false.
  JobPtr order_answers(const std::function<bool(Questions&)>& add);

  /// Returns the running or waiting job that already has a question; null if there is none.
  [[nodiscard]] JobPtr find_answers(const std::function<bool(const Questions&)>& has_question) const;

  /// Waits until the job ends: without limit for a sweep, for other jobs at most k_patience, because the volume may
  /// hang. Returns true if the job has ended.
  [[nodiscard]] boost::asio::awaitable<bool> wait_for(JobPtr job);

  /// Returns the job on the worker; null if it is idle.
  [[nodiscard]] const JobPtr& running() const noexcept { return running_; }

  [[nodiscard]] bool is_stopping() const noexcept { return is_stopping_; }

  /// Cancels all waiting and all later jobs, and answers their clients. The worker's stop token ends the running job
  /// early.
  void stop();

 private:
  template <class Kind, class Wanted>
  [[nodiscard]] JobPtr find_waiting(Wanted is_wanted) const;
  JobPtr add(Work work);
  void start_next();
  void finish(const JobPtr& job);

  boost::asio::any_io_executor executor_;
  Parts parts_;
  std::function<void(const Job&)> on_end_;
  std::shared_ptr<const Policy> policy_;
  std::deque<JobPtr> waiting_;  // in the order of arrival
  JobPtr running_;
  bool is_stopping_ = false;
};

}  // namespace reaper::sweep
