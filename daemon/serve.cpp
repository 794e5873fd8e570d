#include "commands.hpp"
#include "daemon.hpp"
#include "exit_code.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace reaper::daemon {
namespace {

/// Enough for both listeners with all their clients and a full removal window. The usual soft limit of 1,024 only
/// exists for programs that use select(2).
void raise_descriptor_limit() {
  constexpr rlim_t k_enough = 4096;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= k_enough) return;
  limit.rlim_cur = std::min(limit.rlim_max, k_enough);
  // If the system refuses, the program works with its limit and handles each lack of descriptors where it occurs.
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

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
