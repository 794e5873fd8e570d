#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The unit whose settings the commands use, if the machine has it.
inline constexpr std::string_view k_service_unit = "chart-reaper.service";

/// The properties that read_service() needs from systemctl(1).
inline constexpr std::string_view k_service_properties = "LoadState,User,Environment,EnvironmentFiles,ExecStart";

/// A setting of the service.
struct ServiceValue {
  std::string value;
  std::string source;  ///< e.g. `chart-reaper.service` or `/etc/chart-reaper/chart-reaper.env`

  friend bool operator==(const ServiceValue&, const ServiceValue&) = default;
};

/// The settings of the service on this machine. Commands that an operator runs use them.
struct Service {
  std::string description;  ///< e.g. `chart-reaper.service, which runs as analysis`; empty if there is no service
  std::map<std::string, ServiceValue> values;  ///< by variable, `CHART_CONFIG_FILE` included
  std::vector<std::string> errors;             ///< one line for each source that cannot be read
};

/// Reads the settings of a service from the unit's properties, in the output format of `systemctl show`, and from the
/// environment files named there. Returns a service without description if the unit is not loaded.
[[nodiscard]] Service read_service(std::string_view properties);

/// Returns a warning for each variable of the service that looks like a setting but is none.
[[nodiscard]] std::vector<std::string> unknown_variables(const Service& service);

}  // namespace reaper::config
