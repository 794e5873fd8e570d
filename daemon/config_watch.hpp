#pragma once

#include "base/async_event.hpp"
#include "config/file_watch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>

namespace reaper::daemon {

/// Waits for the configuration file to change.
class ConfigWatch {
 public:
  /// Without a file there is nothing to check, and no timer runs.
  ConfigWatch(boost::asio::io_context& io, std::optional<config::FileWatch> file);

  /// Must be called right before each reading of the file.
  void note_reading();

  /// Returns true once the file has changed and is no longer being written; false after stop(), or if there is no file.
  [[nodiscard]] boost::asio::awaitable<bool> next_change();

  void stop();

 private:
  std::optional<config::FileWatch> file_;
  base::AsyncEvent stopped_;
  bool is_stopped_ = false;
};

}  // namespace reaper::daemon
