#include "commands.hpp"
#include "config/text_file.hpp"
#include "exit_code.hpp"
#include "http/client.hpp"
#include "http/token_file.hpp"
#include "json_answer.hpp"
#include "output.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace reaper::daemon {
namespace {

namespace json = boost::json;

/// The daemon answers at once, unless many clients ask at the same time.
constexpr std::chrono::seconds k_reload_patience{5};

/// Returns the token to send; empty if none is configured or the caller may not read it. Most listeners need none.
std::string token_of(const config::Loaded& loaded) {
  const std::string& path = loaded.settings.admin_token_file;
  if (!loaded.errors.empty() || path.empty()) return {};
  auto text = config::read_text_file(path);
  return text ? http::token_in(*std::move(text)) : std::string();
}

std::string list(const json::array& names) {
  std::string text;
  for (const json::value& name : names)
    if (name.is_string()) text += fmt::format("{}{}", text.empty() ? "" : ", ", std::string_view(name.as_string()));
  return text;
}

void print_success(Output& output, const json::value& body) {
  const std::string changed = list(entries_of(body, "changed"));
  const std::string needs_restart = list(entries_of(body, "needs_restart"));
  output.print("Settings reloaded\nchanged: {}\n", changed.empty() ? "nothing" : changed);
  if (!needs_restart.empty()) output.print("needs a restart: {}\n", needs_restart);
}

/// Prints each line of the refusal's detail as a line of its own.
void complain_of(const json::value& body, unsigned status) {
  if (!member(body, "detail").is_string())
    return complain(fmt::format("the answer has status {} and is not from chart-reaper", status));
  for (std::string_view rest = text_of(body, "detail"); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    complain(line);
  }
}

int tell(const http::ClientAnswer& answer, bool as_json) {
  boost::system::error_code unreadable;
  const json::value body = json::parse(answer.body, unreadable);
  const bool is_done = answer.status == 200 && member(body, "success") == json::value(true);
  Output output;
  if (as_json) output.print("{}\n", answer.body);
  else if (is_done) print_success(output, body);
  if (is_done) return output.exit_code(k_ok);
  complain_of(body, answer.status);
  return answer.status == 422 ? k_bad_settings : k_unhealthy;
}

}  // namespace

int ask_reload(const Invocation& invocation) {
  // The token is one of the settings, so they are read even if the address is given.
  const auto& [loaded, note] = invocation.load_command_settings();
  const auto& given = invocation.command_line.address;
  if (!given && !settings_are_good(loaded)) return k_bad_settings;
  const base::ListenAddress address = given ? *given : loaded.settings.listen;
  const auto answer = http::ask(address, {http::Method::post, "/config/reload", token_of(loaded)}, k_reload_patience);
  if (answer) return tell(*answer, invocation.command_line.json);
  if (!given) print_note(note);
  complain(fmt::format("{}: {}", address.to_string(), answer.error().message()));
  return k_unhealthy;
}

}  // namespace reaper::daemon
