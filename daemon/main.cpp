#include "commands.hpp"
#include "config/environment.hpp"
#include "config/help.hpp"
#include "exit_code.hpp"
#include "volume/system.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

namespace reaper::daemon {
namespace {

int run(int argc, const char* const* argv) {
  const auto command_line = config::parse_command_line(argc, argv);
  if (!command_line) {
    fmt::print(stderr, "chart-reaper: {}\nchart-reaper --help lists the commands and options.\n",
               command_line.error().message);
    return k_usage;
  }
  if (command_line->help) {
    fmt::print("{}", config::help_text());
    return k_ok;
  }
  if (command_line->version) {
    fmt::print("chart-reaper {}\n", CHART_REAPER_VERSION);
    return k_ok;
  }
  const Invocation invocation{*command_line, config::read_environment(environ)};
  switch (command_line->command) {
    case config::Command::serve: return serve(invocation);
    case config::Command::sweep: return sweep_once(invocation);
    case config::Command::check: return check(invocation);
    case config::Command::health: return ask_health(invocation);
  }
  return k_internal;
}

}  // namespace
}  // namespace reaper::daemon

int main(int argc, char** argv) {
  // Before the first thread: every thread inherits these. A client or a log reader that goes away must not end us.
  std::signal(SIGPIPE, SIG_IGN);
  reaper::volume::hold_back_lease_signal();
  try {
    return reaper::daemon::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chart-reaper: %s\n", error.what());
    return reaper::daemon::k_internal;
  }
}
