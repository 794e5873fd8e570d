#include "base/control_signals.hpp"
#include "commands.hpp"
#include "config/environment.hpp"
#include "config/help.hpp"
#include "exit_code.hpp"
#include "output.hpp"
#include "volume/system.hpp"

#include <unistd.h>

#include <exception>

namespace reaper::daemon {
namespace {

int run(int argc, const char* const* argv) {
  const auto command_line = config::parse_command_line(argc, argv);
  if (!command_line) {
    complain(command_line.error().message);
    write_error("chart-reaper --help lists the commands and options.\n");
    return k_usage;
  }
  if (command_line->help || command_line->version) {
    Output output;
    if (command_line->help) output.write(config::help_text());
    else output.print("chart-reaper {}\n", CHART_REAPER_VERSION);
    return output.exit_code(k_ok);
  }
  const Invocation invocation{*command_line, config::read_environment(environ)};
  switch (command_line->command) {
    case config::Command::serve: return serve(invocation);
    case config::Command::sweep: return sweep_once(invocation);
    case config::Command::check: return check(invocation);
    case config::Command::health: return ask_health(invocation);
    case config::Command::reload: return ask_reload(invocation);
    case config::Command::lifecycle: return print_lifecycle(invocation);
  }
  return k_internal;
}

}  // namespace
}  // namespace reaper::daemon

int main(int argc, char** argv) {
  reaper::daemon::occupy_standard_descriptors();
  // Before the first thread is started, because threads inherit the signal mask.
  reaper::base::ignore_stray_signals();
  reaper::volume::block_lease_signal();
  try {
    return reaper::daemon::run(argc, argv);
  } catch (const std::exception& error) {
    reaper::daemon::complain(error.what());
    return reaper::daemon::k_internal;
  }
}
