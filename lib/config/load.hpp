#pragma once

#include "config/environment.hpp"
#include "config/group.hpp"
#include "config/service.hpp"
#include "config/settings.hpp"

#include <map>
#include <string>
#include <vector>

namespace reaper::config {

/// Where settings come from, in falling precedence: command line, environment, the service of this machine,
/// configuration file, preset.
struct Sources {
  std::map<std::string, std::string> command_line;  ///< by option name without dashes, e.g. {"max-age-hours", "6"}
  Environment environment;
  std::string file;                       ///< path of the configuration file; empty: none
  std::string group_file = k_group_file;  ///< where a group is looked up; empty: it is not, and may not exist
  Service service = {};                   ///< empty: there is none, or the settings are none of its business
  std::string file_source = {};           ///< where the path of the file comes from, e.g. `environment`
};

/// One effective setting, for people.
struct EffectiveSetting {
  std::string variable;  ///< e.g. `CHART_MAX_AGE_HOURS`
  std::string value;     ///< as given, e.g. `6`; empty if it is empty
  std::string source;    ///< e.g. `command line --max-age-hours`, `environment`, `chart-reaper.service`,
                         ///< `/etc/reaper.conf:3`, `preset production`, `default`
};

/// What loading the settings came to. `settings` may be used only if there are no errors.
struct Loaded {
  Settings settings;
  std::vector<EffectiveSetting> effective;  ///< in the order of the documentation
  std::vector<std::string> errors;          ///< one line each: setting, source, value, what is allowed
  std::vector<std::string> warnings;  ///< one line each, e.g. an unknown CHART_ variable and the nearest known one
};

/// Reads, merges and checks the settings of all sources. Reads the files; touches nothing else.
[[nodiscard]] Loaded load(const Sources& sources);

}  // namespace reaper::config
