#pragma once

#include "config/command_line.hpp"
#include "config/load.hpp"

#include <string>

namespace reaper::daemon {

/// The settings of a command that an operator runs.
struct CommandSettings {
  config::Loaded loaded;
  std::string note;  ///< one line that says whose settings these are; empty if only the call's own
};

/// The input of every command.
struct Invocation {
  config::CommandLine command_line;
  config::Environment environment;

  /// Returns the value of an environment variable; empty if it is not set.
  [[nodiscard]] std::string variable(const std::string& name) const;

  /// Returns the path of a daemon's configuration file; empty if it has none.
  [[nodiscard]] std::string config_file() const;

  /// Reads all settings.
  [[nodiscard]] config::Loaded load_settings() const;

  /// Reads the settings for a command that an operator runs. The settings of the service on this machine rank below the
  /// command line and the environment. They are not used if the call names a root or a configuration file.
  [[nodiscard]] CommandSettings load_command_settings() const;

  /// Reads the settings again for a running daemon. Does not look up the socket group: it cannot change any more, and
  /// the sandbox does not allow to read the group file.
  [[nodiscard]] config::Loaded reload_settings() const;
};

/// The commands, one file each. They return the exit code of the program.
int serve(const Invocation& invocation);
int sweep_once(const Invocation& invocation);
int check(const Invocation& invocation);
int ask_health(const Invocation& invocation);
int ask_reload(const Invocation& invocation);
int print_lifecycle(const Invocation& invocation);

/// Writes the note of command settings to standard error, if there is one.
void print_note(const std::string& note);

/// Writes one line for each wrong setting to standard error. Returns true if there was none.
[[nodiscard]] bool settings_are_good(const config::Loaded& loaded);

}  // namespace reaper::daemon
