#include "commands.hpp"
#include "daemon.hpp"
#include "descriptor_limit.hpp"
#include "exit_code.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace reaper::daemon {
int serve(const Invocation& invocation) {
  // Create it before the file is read, so that no change is missed.
  std::optional<config::FileWatch> config_file;
  if (std::string path = invocation.config_file(); !path.empty()) config_file.emplace(std::move(path));
  const config::Loaded loaded = invocation.load_settings();
  if (!settings_are_good(loaded)) return k_bad_settings;
  raise_descriptor_limit();

  auto daemon = std::make_unique<Daemon>(invocation, loaded, std::move(config_file));
  if (const int code = daemon->start(); code != k_ok) return code;
  if (daemon->run()) return k_ok;
  // The worker hangs in the kernel and cannot be joined, so end without destroying the daemon.
  std::fflush(nullptr);
  ::_exit(k_ok);
}

}  // namespace reaper::daemon
