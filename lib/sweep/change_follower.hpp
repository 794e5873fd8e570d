#pragma once

#include "base/async_event.hpp"
#include "sweep/job_queue.hpp"
#include "sweep/read_model.hpp"
#include "sweep/service_settings.hpp"
#include "sweep/storage_updater.hpp"
#include "sweep/sweeper.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <memory>

namespace reaper::sweep {

/// Orders an update of the figures soon after a change on the volume, or at intervals without watches. Lives on the
/// io_context's thread.
class ChangeFollower {
 public:
  using Clock = std::chrono::steady_clock;

  /// The parts that the follower works with.
  struct Parts {
    const Sweeper& sweeper;  ///< owns the watches
    JobQueue& jobs;
    const ReadModel& model;
    StorageUpdater& updater;
  };

  ChangeFollower(boost::asio::any_io_executor executor, Parts parts);

  /// Follows changes until stop().
  [[nodiscard]] boost::asio::awaitable<void> run();

  /// Starts to wait on the watches, if there are any. Call it while the worker is idle, because the watches belong to
  /// the sweeper.
  void attach_to_watches();

  /// Starts the next update at once.
  void look_now() { wake_.notify_all(); }

  void apply(std::shared_ptr<const ServiceSettings> settings);

  void stop();

 private:
  [[nodiscard]] bool is_watched() const;
  [[nodiscard]] boost::asio::awaitable<void> wait_for_change();
  [[nodiscard]] boost::asio::awaitable<void> wait_for_event();
  [[nodiscard]] Clock::duration time_without_events() const;
  [[nodiscard]] Clock::duration settle_time() const;

  Parts parts_;
  std::shared_ptr<const ServiceSettings> settings_;
  boost::asio::posix::stream_descriptor watches_;
  base::AsyncEvent wake_;  // set when an update may be due, or the wait has changed
  bool is_stopping_ = false;
};

}  // namespace reaper::sweep
