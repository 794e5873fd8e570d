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

/// Orders automatic sweeps, by the timer and by the limits. Lives on the io_context's thread.
class Scheduler {
 public:
  using Clock = std::chrono::steady_clock;

  /// The parts that the scheduler works with.
  struct Parts {
    JobQueue& jobs;
    ReadModel& model;
    StorageUpdater& updater;
    ChangeFollower& follower;
    double first_timer_early = 0;  ///< the first interval is shorter by this part of it
  };

  Scheduler(const boost::asio::any_io_executor& executor, Parts parts);

  /// Runs the automatic sweeps until stop(): one at the start, then one `interval` after the end of the last. While the
  /// root cannot be used, it checks the root every few seconds instead, and sweeps when it is back. While another
  /// reaper is active on the root, it only updates the figures.
  [[nodiscard]] boost::asio::awaitable<void> run();

  /// Notes that a sweep with any trigger ended at `now`.
  void note_report(const Report& report, Clock::time_point now);

  /// Orders a limit sweep if the figures, taken at `now`, require one. Otherwise it sets a timer to update the figures
  /// when they will.
  void note_storage(const Storage& storage, Clock::time_point now);

  /// Notes that the root has become usable or unusable.
  void note_root_change() { wake_.notify_all(); }

  /// Sets the settings for the next sweep, and starts the interval again.
  void apply(std::shared_ptr<const ServiceSettings> settings);

  void stop();

 private:
  [[nodiscard]] boost::asio::awaitable<bool> is_active();
  [[nodiscard]] bool is_standby() const;
  [[nodiscard]] boost::asio::awaitable<void> update_figures();
  [[nodiscard]] boost::asio::awaitable<void> wait_until_due(double part);
  void look_at(Clock::time_point due);

  Parts parts_;
  std::shared_ptr<const ServiceSettings> settings_;
  base::AsyncEvent wake_;  // set when the due time of the next timed sweep may have changed
  LimitSweepBackoff limit_sweep_backoff_;
  boost::asio::steady_timer limit_timer_;  // expires when a limit may require a sweep
  bool is_stopping_ = false;
};

}  // namespace reaper::sweep
