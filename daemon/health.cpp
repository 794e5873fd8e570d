#include "commands.hpp"
#include "exit_code.hpp"
#include "http/client.hpp"
#include "output.hpp"

#include <fmt/format.h>

#include <chrono>

namespace reaper::daemon {
namespace {

/// Container runtimes give a health check three seconds or more; a daemon that takes two is not well.
constexpr std::chrono::seconds k_patience{2};

}  // namespace

int ask_health(const Invocation& invocation) {
  base::ListenAddress address;
  std::string whose_address;
  if (invocation.command_line.address) {
    address = *invocation.command_line.address;
  } else {
    const auto& [loaded, note] = invocation.load_command_settings();
    if (!settings_are_good(loaded)) return k_bad_settings;
    address = loaded.settings.listen;
    whose_address = note;
  }
  const auto answer = http::get(address, "/healthz", k_patience);
  if (!answer) {
    print_note(whose_address);
    complain(fmt::format("{}: {}", address.to_string(), answer.error().message()));
    return k_unhealthy;
  }
  Output output;
  output.print("{}\n", answer->body);
  return output.exit_code(answer->status == 200 ? k_ok : k_unhealthy);
}

}  // namespace reaper::daemon
