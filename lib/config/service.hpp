#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The unit whose settings the commands use on a machine that has it.
inline constexpr std::string_view k_service_unit = "chart-reaper.service";

/// The properties of the unit that read_service() needs, in the words of systemctl(1).
inline constexpr std::string_view k_service_properties = "LoadState,User,Environment,EnvironmentFiles,ExecStart";

/// A setting that the service is started with.
struct ServiceValue {
  std::string value;
  std::string source;  ///< e.g. `chart-reaper.service` or `/etc/chart-reaper/chart-reaper.env`

  friend bool operator==(const ServiceValue&, const ServiceValue&) = default;
};

/// The settings of the service on this machine, for the commands that an operator runs beside it.
struct Service {
  std::string description;                     ///< e.g. `chart-reaper.service, which runs as analysis`; empty: none
  std::map<std::string, ServiceValue> values;  ///< by variable, `CHART_CONFIG_FILE` included
  std::vector<std::string> errors;             ///< one line for each source that cannot be read
};

/// Reads the settings of a service from the unit's properties as `systemctl show` prints them, and from the environment
/// files that they name. Returns one without a description if no such unit is loaded.
[[nodiscard]] Service read_service(std::string_view properties);

/// One line for each variable of the service that looks like a setting but is none, with the nearest known name.
[[nodiscard]] std::vector<std::string> unknown_variables(const Service& service);

}  // namespace reaper::config
