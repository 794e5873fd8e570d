#pragma once

#include "base/file_descriptor.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::telemetry {

/// Reports the daemon's state to the service manager by sd_notify(3), without libsystemd. Does nothing if no service
/// manager started the program.
class ServiceManager {
 public:
  /// `socket_path` is the value of NOTIFY_SOCKET: a path, or `@name` for an abstract socket; empty for no manager.
  /// `watchdog_usec` and `watchdog_pid` are the values of WATCHDOG_USEC and WATCHDOG_PID, empty if unset.
  ServiceManager(std::string_view socket_path, std::string_view watchdog_usec, std::string_view watchdog_pid);

  void ready();
  void reloading();  ///< with MONOTONIC_USEC, as Type=notify-reload requires
  void stopping();
  void status(std::string_view text);  ///< a printable line; a text that is none is made printable
  void alive();                        ///< WATCHDOG=1

  /// Returns the interval for calling alive(): half of the time after which the manager restarts the daemon. Returns
  /// nothing if the manager has no watchdog.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const noexcept { return interval_; }

  [[nodiscard]] bool is_present() const noexcept { return static_cast<bool>(socket_); }

 private:
  void send(std::string_view message);

  base::FileDescriptor socket_;
  std::optional<std::chrono::microseconds> interval_;
};

}  // namespace reaper::telemetry
