#pragma once

#include <string>

namespace reaper::daemon {

/// systemd's answer about chart-reaper.service.
struct SystemdAnswer {
  std::string properties;  ///< as `systemctl show` prints them; empty if systemd does not run this machine
  std::string trouble;     ///< one printable line: why there is no answer although systemd runs the machine
};

/// Asks systemd for the properties of chart-reaper.service. Waits at most two seconds.
[[nodiscard]] SystemdAnswer ask_systemd();

}  // namespace reaper::daemon
