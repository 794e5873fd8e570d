#include "base/json_text.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "http/client.hpp"
#include "output.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string_view>

namespace reaper::daemon {
namespace {

namespace json = boost::json;

/// Container runtimes allow a health check three seconds or more. A daemon that needs two is not healthy.
constexpr std::chrono::seconds k_patience{2};

/// Returns the text of a member; empty if there is none.
std::string_view text_of(const json::object& object, std::string_view member) {
  const json::value* const value = object.if_contains(member);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

/// Returns the problems in an answer with statistics, or in one that says why there are none.
const json::array* problems_of(const json::value& answer) {
  const json::object* object = answer.if_object();
  if (object == nullptr) return nullptr;
  if (const json::value* const stats = object->if_contains("stats"); stats != nullptr && stats->is_object())
    object = &stats->get_object();
  const json::value* const problems = object->if_contains("problems");
  return problems == nullptr ? nullptr : problems->if_array();
}

/// Prints a line for each problem, worst first. Prints nothing if the daemon does not answer in time; that does not
/// change its health.
void print_problems(Output& output, const base::ListenAddress& address, std::chrono::milliseconds time) {
  const auto answer = http::ask(address, {http::Method::get, "/charts/storage/stats"}, time);
  if (!answer) return;
  boost::system::error_code error;
  const json::value body = json::parse(answer->body, error);
  const json::array* const problems = error ? nullptr : problems_of(body);
  if (problems == nullptr) return;
  for (const json::value& problem : *problems)
    if (const json::object* const entry = problem.if_object())
      output.print("{} {}: {} {}\n", text_of(*entry, "severity"), text_of(*entry, "code"), text_of(*entry, "sentence"),
                   text_of(*entry, "advice"));
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
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  const auto answer = http::ask(address, {http::Method::get, "/healthz"}, k_patience);
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
