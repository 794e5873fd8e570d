#include "commands.hpp"

#include "ask_systemd.hpp"
#include "output.hpp"

#include <fmt/format.h>

#include <utility>

namespace reaper::daemon {

std::string Invocation::variable(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::string Invocation::config_file() const { return config::settings_sources(command_line, environment).file; }

config::Loaded Invocation::load_settings() const {
  return config::load(config::settings_sources(command_line, environment));
}

CommandSettings Invocation::load_command_settings() const {
  if (!config::may_use_service(command_line, environment)) return {load_settings(), {}};
  const auto [properties, trouble] = ask_systemd();
  config::Service service = config::read_service(properties);
  std::string note;
  if (!service.description.empty()) note = fmt::format("using the settings of {}", service.description);
  else if (!trouble.empty()) note = fmt::format("not using the settings of {}: {}", config::k_service_unit, trouble);
  return {config::load(config::settings_sources(command_line, environment, std::move(service))), note};
}

config::Loaded Invocation::reload_settings() const {
  config::Sources sources = config::settings_sources(command_line, environment);
  sources.group_file.clear();
  return config::load(sources);
}

void print_note(const std::string& note) {
  if (!note.empty()) complain(note);
}

bool settings_are_good(const config::Loaded& loaded) {
  for (const std::string& error : loaded.errors) complain(error);
  return loaded.errors.empty();
}

}  // namespace reaper::daemon
