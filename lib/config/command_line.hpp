#pragma once

#include "base/listen_address.hpp"
#include "config/load.hpp"
#include "config/object_store.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <optional>
#include <string>

namespace reaper::config {

/// The task of the program.
enum class Command { serve, sweep, check, health, reload, lifecycle };

/// A parsed command line. With `help` or `version` the command is ignored.
struct CommandLine {
  Command command = Command::serve;
  bool help = false;
  bool version = false;
  bool dry_run = false;                        ///< sweep only
  bool json = false;                           ///< sweep and reload
  std::optional<base::ListenAddress> address;  ///< health and reload: the listener to ask instead of the configured one
  ObjectStore store = ObjectStore::s3;         ///< lifecycle only, which needs one
  std::optional<std::string> prefix;           ///< lifecycle only; allowed for the store
  std::string config_file;                     ///< empty: not given
  std::map<std::string, std::string> settings;  ///< by option name, e.g. {"max-age-hours", "6"}; unchecked
};

/// The error of a command line that cannot be understood (exit code 64).
struct UsageError {
  std::string message;  ///< one line, without the program's name
};

/// Parses the arguments of main(). Options may stand before and after the command.
[[nodiscard]] boost::system::result<CommandLine, UsageError> parse_command_line(int argc, const char* const* argv);

/// Returns false if the command line or the environment gives a root or a configuration file. The command then works on
/// that root instead of the service on this machine.
[[nodiscard]] bool may_use_service(const CommandLine& command_line, const Environment& environment);

/// Collects the sources of the settings: the command line, the environment, the service, and the configuration file
/// that the first of them names.
[[nodiscard]] Sources settings_sources(const CommandLine& command_line, Environment environment, Service service = {});

}  // namespace reaper::config
