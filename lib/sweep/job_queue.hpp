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

/// How long an answer waits for a job that is no sweep, before it goes out with what was last known.
inline constexpr std::chrono::seconds k_patience{2};

/// Runs jobs on the worker, one at a time: sweeps first, then in the order of Work. Lives on the io_context's thread.
///
/// Equal work is shared, and a job other than a sweep is dropped once nobody waits for it. So the queue is short even
/// if the volume hangs.
class JobQueue {
 public:
  /// The parts that the jobs work with.
  struct Parts {
    Sweeper& sweeper;
    Worker& worker;
    telemetry::Log& log;
  };

  /// Different sweeps that may wait because they were asked for: each is a chart set that a DELETE names.
  static constexpr std::size_t k_max_sweeps = 64;

  /// `on_end` is called with each job that the worker has done, before those who wait for it go on, and while the
  /// worker is idle.
  JobQueue(boost::asio::any_io_executor executor, Parts parts, std::function<void(const Job&)> on_end);

  /// The policy of the jobs that begin from now on. To be set before the first job.
  void use(const Policy& policy) { policy_ = std::make_shared<const Policy>(policy); }

  /// Runs a sweep, or shares the equal one that waits, and returns its report. See SweepOperations::sweep.
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request);

  /// Checks the root, unless the worker is occupied.
  [[nodiscard]] boost::asio::awaitable<void> check_root();

  /// Orders a sweep by a limit, unless one waits that does the same and more.
  void order_limit_sweep();

  /// Returns the look that waits, or orders one.
  JobPtr order_storage();

  /// Adds a question to the job that waits, or orders one. Null if that job cannot take it: `add` has returned false.
  JobPtr order_answers(const std::function<bool(Questions&)>& add);

  /// The job, running or waiting, that already has a question; null if there is none.
  [[nodiscard]] JobPtr find_answers(const std::function<bool(const Questions&)>& has_question) const;

  /// Waits for the job to end: for a sweep as long as it takes, for others as long as patience lasts, as a volume may
  /// hang. Returns true if it has ended.
  [[nodiscard]] boost::asio::awaitable<bool> wait_for(JobPtr job);

  /// The job that the worker has; null if it is idle.
  [[nodiscard]] const JobPtr& running() const noexcept { return running_; }

  [[nodiscard]] bool is_stopping() const noexcept { return is_stopping_; }

  /// Calls off the jobs that wait, and those that are still ordered, and answers all who wait for them. The one that
  /// runs ends early by the worker's stop.
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
  std::deque<JobPtr> waiting_;  // in the order in which they came
  JobPtr running_;
  bool is_stopping_ = false;
};

}  // namespace reaper::sweep
