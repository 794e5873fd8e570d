#include "base/printable.hpp"
#include "base/size.hpp"
#include "commands.hpp"
#include "confine.hpp"
#include "exit_code.hpp"
#include "output.hpp"
#include "volume/root.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reaper::daemon {
namespace {

void print_settings(Output& output, const config::Loaded& loaded) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const config::EffectiveSetting& setting : loaded.effective) {
    name_width = std::max(name_width, setting.variable.size());
    value_width = std::max(value_width, base::printable(setting.value).size());
  }
  for (const config::EffectiveSetting& setting : loaded.effective)
    output.print("{:<{}}  {:<{}}  {}\n", setting.variable, name_width, base::printable(setting.value), value_width,
                 setting.source);
}

/// Tries the root without making or changing anything. Returns what is wrong with it; empty if nothing is.
std::string try_root(Output& output, const std::string& path) {
  volume::System system;
  volume::Root root(system, path);
  if (const auto checked = root.check(); !checked) {
    if (checked.error().is(ENOENT)) {
      output.print("root {}: does not exist yet, it is made at the start\n", base::printable(path));
      return {};
    }
    return checked.error().message();
  }
  if (const auto writable = root.check_writable(); !writable) return writable.error().message();
  const auto free = root.space();
  output.print("root {}: can be read and written, {}; removal is protected by {}\n", base::printable(path),
               free ? fmt::format("{:.0f} MB free", base::to_mebibytes(free->free_bytes)) : "free space unknown",
               root.is_local() ? "leases" : "a grace time of a second, as this volume has no reliable leases");
  return {};
}

/// Enters the sandbox as the daemon would: nothing else shows as surely what is possible here. Nothing comes after it.
void try_sandbox(Output& output, const Invocation& invocation, const config::Settings& settings) {
  volume::System system;
  const sandbox::Parts parts = enter_sandbox(invocation, settings, system);
  const std::string active = sandbox::list_parts(parts, true);
  const std::string missing = sandbox::list_parts(parts, false);
  output.print("sandbox: active: {}; missing: {}\n", active.empty() ? "nothing" : active,
               missing.empty() ? "nothing" : missing);
}

}  // namespace

int check(const Invocation& invocation) {
  const auto& [loaded, note] = invocation.load_command_settings();
  print_note(note);
  Output output;
  print_settings(output, loaded);
  for (const std::string& warning : loaded.warnings) complain(warning);
  bool good = settings_are_good(loaded);
  if (good) {
    const std::string trouble = try_root(output, loaded.settings.output_dir);
    if (!trouble.empty()) {
      complain(fmt::format("CHART_OUTPUT_DIR: the root cannot be used: {}", trouble));
      good = false;
    }
  }
  if (good) try_sandbox(output, invocation, loaded.settings);
  return output.exit_code(good ? k_ok : k_bad_settings);
}

}  // namespace reaper::daemon
