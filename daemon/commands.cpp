#include "commands.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace reaper::daemon {

std::string Invocation::variable(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

config::Loaded Invocation::load_settings() const {
  return config::load(config::settings_sources(command_line, environment));
}

config::Loaded Invocation::reload_settings() const {
  config::Sources sources = config::settings_sources(command_line, environment);
  sources.group_file.clear();
  return config::load(sources);
}

bool settings_are_good(const config::Loaded& loaded) {
  for (const std::string& error : loaded.errors) fmt::print(stderr, "chart-reaper: {}\n", error);
  return loaded.errors.empty();
}

}  // namespace reaper::daemon
