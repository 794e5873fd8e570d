#pragma once

#include "config/environment.hpp"
#include "config/group.hpp"
#include "config/service.hpp"
#include "config/settings.hpp"

#include <map>
#include <string>
#include <vector>

namespace reaper::config {

/// The sources of settings, highest precedence first: command line, environment, the service on this machine,
/// configuration file, preset.
struct Sources {
  std::map<std::string, std::string> command_line;  ///< by option name without dashes, e.g. {"max-age-hours", "6"}
  Environment environment;
  std::string file;                       ///< path of the configuration file; empty: none
  std::string group_file = k_group_file;  ///< for looking up a group; empty to accept any group
  Service service = {};                   ///< empty if there is none, or if its settings must not be used
  std::string file_source = {};           ///< the source that names the file, e.g. `environment`
};

/// One effective setting, for display.
struct EffectiveSetting {
  std::string variable;  ///< e.g. `CHART_MAX_AGE_HOURS`
  std::string value;     ///< as given, e.g. `6`; may be empty
  std::string source;    ///< printable, e.g. `command line --max-age-hours`, `environment`, `chart-reaper.service`,
                         ///< `/etc/reaper.conf:3`, `preset production`, `default`
};

/// The result of loading the settings. Use `settings` only if there are no errors.
struct Loaded {
  Settings settings;
  std::vector<EffectiveSetting> effective;  ///< in the order of the documentation
  std::vector<std::string> errors;          ///< one line each: setting, source, value, allowed values
  std::vector<std::string> warnings;  ///< one line each, e.g. an unknown CHART_ variable and the nearest known name
};

/// Reads, merges and checks the settings from all sources. Reads files but changes nothing.
[[nodiscard]] Loaded load(const Sources& sources);

}  // namespace reaper::config
