#include "base/json_text.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "lifecycle/differences.hpp"
#include "lifecycle/rule.hpp"
#include "output.hpp"

#include <string>

namespace reaper::daemon {

int print_lifecycle(const Invocation& invocation) {
  const auto& [loaded, note] = invocation.load_command_settings();
  print_note(note);
  for (const std::string& warning : loaded.warnings) complain(warning);
  if (!settings_are_good(loaded)) return k_bad_settings;
  const lifecycle::Target target{invocation.command_line.store, invocation.command_line.prefix};
  for (const std::string& difference : lifecycle::differences(loaded.settings, target)) complain(difference);
  Output output;
  output.print("{}\n", base::json_text(lifecycle::make_rule(loaded.settings, target)));
  return output.exit_code(k_ok);
}

}  // namespace reaper::daemon
