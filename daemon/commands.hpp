#pragma once

#include "config/command_line.hpp"
#include "config/load.hpp"

#include <string>

namespace reaper::daemon {

/// The settings of a command that an operator runs.
struct CommandSettings {
  config::Loaded loaded;
  std::string note;  ///< one line that says whose settings these are; empty: those of the call alone
};

/// What every command is given.
struct Invocation {
  config::CommandLine command_line;
  config::Environment environment;

  /// The value of a variable; empty if it is not set.
  [[nodiscard]] std::string variable(const std::string& name) const;

  /// The path of the configuration file of a daemon; empty: it has none.
  [[nodiscard]] std::string config_file() const;

  /// All settings, read now.
  [[nodiscard]] config::Loaded load_settings() const;

  /// The same for a command that an operator runs: below its command line and its environment stand the settings of
  /// the service of this machine, if there is one and the call names neither a root nor a configuration file.
  [[nodiscard]] CommandSettings load_command_settings() const;

  /// The same for a daemon that is at work. The group of its sockets is not looked up: it stays what it was, and from
  /// inside the sandbox the file of groups cannot be read.
  [[nodiscard]] config::Loaded reload_settings() const;
};

/// The commands, one file each. They return the exit code of the program.
int serve(const Invocation& invocation);
int sweep_once(const Invocation& invocation);
int check(const Invocation& invocation);
int ask_health(const Invocation& invocation);
int ask_reload(const Invocation& invocation);

/// Writes the note of command settings to standard error, if there is one.
void print_note(const std::string& note);

/// Writes one line for each wrong setting to standard error. Returns whether there was none.
[[nodiscard]] bool settings_are_good(const config::Loaded& loaded);

}  // namespace reaper::daemon
