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

/// Follows what happens on the volume: has the worker look soon after a change, or now and then if nothing is watched.
/// Lives on the io_context's thread.
class ChangeFollower {
 public:
  using Clock = std::chrono::steady_clock;

  /// The parts that the follower works with.
  struct Parts {
    const Sweeper& sweeper;  ///< has the watches
    JobQueue& jobs;
    const ReadModel& model;
    StorageUpdater& updater;
  };

  ChangeFollower(boost::asio::any_io_executor executor, Parts parts);

  /// Runs until stop().
  [[nodiscard]] boost::asio::awaitable<void> run();

  /// Begins to wait on the watches if there are any and it does not yet. To be called while the worker is idle: they
  /// belong to the sweeper.
  void attach_to_watches();

  /// Has the next look begin now.
  void look_now() { wake_.notify_all(); }

  void apply(std::shared_ptr<const ServiceSettings> settings);

  void stop();

 private:
  [[nodiscard]] bool is_watched() const;
  [[nodiscard]] boost::asio::awaitable<void> wait_for_change();
  [[nodiscard]] boost::asio::awaitable<void> wait_for_event();
  [[nodiscard]] Clock::duration settle_time() const;

  Parts parts_;
  std::shared_ptr<const ServiceSettings> settings_;
  boost::asio::posix::stream_descriptor watches_;
  base::AsyncEvent wake_;  // there is something to look at, or the wait has changed
  bool is_stopping_ = false;
};

}  // namespace reaper::sweep
