#pragma once

#include <string>

namespace reaper::daemon {

/// The answer to the question for chart-reaper.service.
struct SystemdAnswer {
  std::string properties;  ///< as `systemctl show` prints them; empty on a machine that systemd does not run
  std::string trouble;     ///< one printable line: why there is no answer although systemd runs the machine
};

/// Asks systemd for the properties of chart-reaper.service, and waits for at most two seconds.
[[nodiscard]] SystemdAnswer ask_systemd();

}  // namespace reaper::daemon
