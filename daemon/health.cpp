#include "commands.hpp"
#include "exit_code.hpp"
#include "http/client.hpp"
#include "json_answer.hpp"
#include "output.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>

namespace reaper::daemon {
namespace {

namespace json = boost::json;

/// Container runtimes allow a health check three seconds or more. A daemon that needs two is not healthy.
constexpr std::chrono::seconds k_health_patience{2};

/// Prints a line for each problem, worst first. Prints nothing if the daemon does not answer in time; that does not
/// change its health.
void print_problems(Output& output, const base::ListenAddress& address, std::chrono::milliseconds time) {
  const auto answer = http::ask(address, {http::Method::get, "/charts/storage/stats"}, time);
  if (!answer) return;
  boost::system::error_code unreadable;
  const json::value body = json::parse(answer->body, unreadable);
  // An answer without statistics says itself why there are none.
  const json::value& stats = member(body, "stats");
  for (const json::value& problem : entries_of(stats.is_object() ? stats : body, "problems"))
    if (problem.is_object())
      output.print("{} {}: {} {}\n", text_of(problem, "severity"), text_of(problem, "code"),
                   text_of(problem, "sentence"), text_of(problem, "advice"));
}

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
  const auto deadline = std::chrono::steady_clock::now() + k_health_patience;
  const auto answer = http::ask(address, {http::Method::get, "/healthz"}, k_health_patience);
  if (!answer) {
    print_note(whose_address);
    complain(fmt::format("{}: {}", address.to_string(), answer.error().message()));
    return k_unhealthy;
  }
  Output output;
  output.print("{}\n", answer->body);
  const auto left = std::chrono::floor<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (left > std::chrono::milliseconds::zero()) print_problems(output, address, left);
  return output.exit_code(answer->status == 200 ? k_ok : k_unhealthy);
}

}  // namespace reaper::daemon
