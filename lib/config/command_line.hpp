#pragma once

#include "base/listen_address.hpp"
#include "config/load.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <optional>
#include <string>

namespace reaper::config {

/// What the program is asked to do.
enum class Command { serve, sweep, check, health, reload };

/// A command line that makes sense. `help` and `version` go before the command.
struct CommandLine {
  Command command = Command::serve;
  bool help = false;
  bool version = false;
  bool dry_run = false;                         ///< sweep only
  bool json = false;                            ///< sweep and reload
  std::optional<base::ListenAddress> address;   ///< health and reload: whom to ask, if not the configured listener
  std::string config_file;                      ///< empty: not given
  std::map<std::string, std::string> settings;  ///< by option name, e.g. {"max-age-hours", "6"}; unchecked
};

/// A command line that makes none (exit code 64).
struct UsageError {
  std::string message;  ///< one line, without the program's name
};

/// Reads the arguments as main() gets them. Options may stand before and after the command.
[[nodiscard]] boost::system::result<CommandLine, UsageError> parse_command_line(int argc, const char* const* argv);

/// False if the command line or the environment names a root or a configuration file of its own: such a call is about
/// that one, and not about the service of this machine.
[[nodiscard]] bool may_use_service(const CommandLine& command_line, const Environment& environment);

/// Where the settings come from: this command line, this environment, this service, and the file that the first of them
/// names.
[[nodiscard]] Sources settings_sources(const CommandLine& command_line, Environment environment, Service service = {});

}  // namespace reaper::config
