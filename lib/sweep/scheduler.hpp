#pragma once

#include "base/async_event.hpp"
#include "sweep/change_follower.hpp"
#include "sweep/job_queue.hpp"
#include "sweep/limit_sweep_backoff.hpp"
#include "sweep/read_model.hpp"
#include "sweep/service_settings.hpp"
#include "sweep/storage_updater.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace reaper::sweep {

/// Decides when the next automatic sweep is due: by the timer, and by the limits. Lives on the io_context's thread.
class Scheduler {
 public:
  using Clock = std::chrono::steady_clock;

  /// The parts that the scheduler works with.
  struct Parts {
    JobQueue& jobs;
    ReadModel& model;
    StorageUpdater& updater;
    ChangeFollower& follower;
  };

  Scheduler(const boost::asio::any_io_executor& executor, Parts parts);

  /// The automatic sweeps: one right at the start, then one `interval` after the end of the last. While the root cannot
  /// be used it is checked every few seconds instead, and swept as soon as it is back. Runs until stop().
  [[nodiscard]] boost::asio::awaitable<void> run();

  /// Notes that a sweep of any trigger ended at `now`.
  void note_report(const Report& report, Clock::time_point now);

  /// Orders a sweep by a limit if the figures, which are those of `now`, ask for one. Else it has the worker look again
  /// when they will.
  void note_storage(const Storage& storage, Clock::time_point now);

  /// The root can be used again, or no longer.
  void note_root_change() { wake_.notify_all(); }

  /// Takes effect with the next sweep; the interval starts again.
  void apply(std::shared_ptr<const ServiceSettings> settings);

  void stop();

 private:
  [[nodiscard]] boost::asio::awaitable<void> wait_until_due();
  void look_at(Clock::time_point due);

  Parts parts_;
  std::shared_ptr<const ServiceSettings> settings_;
  base::AsyncEvent wake_;  // the next sweep of the timer may be due at another time
  LimitSweepBackoff limit_sweep_backoff_;
  boost::asio::steady_timer limit_timer_;  // when the volume is looked at, as a limit will ask for a sweep
  bool is_stopping_ = false;
};

}  // namespace reaper::sweep
