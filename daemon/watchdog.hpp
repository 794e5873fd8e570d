#pragma once

#include "base/async_event.hpp"
#include "sweep/worker.hpp"
#include "telemetry/progress_watch.hpp"
#include "telemetry/service_manager.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

namespace reaper::daemon {

/// Checks if the worker makes progress. While it does, it keeps the service manager from restarting the daemon.
class Watchdog {
 public:
  /// The parts that must make progress.
  struct Subject {
    const sweep::Worker& worker;
    const volume::Progress& progress;
    const volume::Root& root;
  };

  Watchdog(boost::asio::io_context& io, telemetry::ServiceManager& manager, Subject subject);

  /// Returns a sentence about a part that makes no progress; empty if all parts do.
  [[nodiscard]] std::string hang();

  /// Tells the service manager that the daemon is alive, at the required interval. Runs until stop().
  [[nodiscard]] boost::asio::awaitable<void> run();

  void stop() { stopped_.notify_all(); }

 private:
  telemetry::ServiceManager* manager_;
  Subject subject_;
  telemetry::ProgressWatch progress_watch_;
  base::AsyncEvent stopped_;
};

}  // namespace reaper::daemon
