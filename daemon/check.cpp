#include "api/assessment_json.hpp"
#include "api/facts.hpp"
#include "assessment/assess.hpp"
#include "base/printable.hpp"
#include "base/size.hpp"
#include "base/words.hpp"
#include "commands.hpp"
#include "confine.hpp"
#include "exit_code.hpp"
#include "output.hpp"
#include "policy.hpp"
#include "sweep/root_state.hpp"
#include "volume/removal_protocol.hpp"
#include "volume/root.hpp"
#include "volume/sample.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

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

/// Returns a text with the owner of a file and the user of this process.
std::string owners(std::uint32_t owner) {
  const std::string name = owner == 0 ? "root" : std::to_string(owner);
  return fmt::format("owner {}, you are {}", name, ::geteuid());
}

/// Returns a text about the protection of removals on a volume that is not local.
std::string protection_by(volume::ProtocolKind protocol) {
  if (protocol == volume::ProtocolKind::bucket)
    return "removal compares each chart and deletes it at once: this volume cannot rename a file without copying it";
  return "removal waits for a grace time of one second: this volume has no reliable leases";
}

/// Returns a text about the protection of removals on the volume, as far as the sample shows.
std::string protection_of(const volume::Root& root, const volume::Sample& sample) {
  if (!root.is_local()) return protection_by(volume::protocol_for(*root.volume()));
  const auto with = [&](volume::LeaseTrial lease) {
    return std::ranges::find(sample, lease, [](const volume::SampledSet& set) { return set.lease; });
  };
  if (const auto refused = with(volume::LeaseTrial::refused); refused != sample.end())
    return fmt::format("removal is without leases: {}; a grace time of a second",
                       refused->owner == ::geteuid() ? "this volume has none" : owners(refused->owner));
  if (with(volume::LeaseTrial::granted) != sample.end()) return "removal is protected by leases";
  return "no chart to try a lease on yet";
}

/// Returns the reason why charts of the set cannot be removed.
std::string reason_of(const volume::SampledSet& set) {
  const bool is_right = set.obstacle->is(EACCES) || set.obstacle->is(EPERM);
  return is_right && set.owner != ::geteuid() && ::geteuid() != 0 ? owners(set.owner) : set.obstacle->message();
}

/// Prints the results of the sample. Returns true if all its charts can be removed.
bool print_sample(Output& output, const volume::Sample& sample) {
  std::uint64_t staying = 0;
  std::size_t bad = 0;
  const volume::SampledSet* first = nullptr;
  for (const volume::SampledSet& set : sample) {
    if (!set.obstacle) continue;
    ++bad;
    staying += set.charts;
    if (first == nullptr) first = &set;
  }
  if (sample.empty()) output.print("sample: no charts yet\n");
  else if (first == nullptr)
    output.print("sample: charts can be removed from {} tried\n",
                 base::count_in_words(sample.size(), "set that was", "sets that were"));
  else
    output.print("sample: {} of {} cannot be written: {}; {} would stay\n", bad,
                 base::count_in_words(sample.size(), "set", "sets"), reason_of(*first),
                 base::count_in_words(staying, "chart", "charts"));
  return first == nullptr;
}

/// Prints the minimum age if the volume needs more than was set.
void print_min_age(Output& output, const assessment::SettingFacts& settings) {
  if (!settings.min_age_is_set)
    output.print("minimum age in force: {} s, because on a bucket a chart that is written during its removal is lost\n",
                 std::chrono::ceil<std::chrono::seconds>(settings.min_age).count());
}

/// Prints the size limit in force if a percentage of the volume is set.
void print_limit(Output& output, const assessment::SettingFacts& facts) {
  if (!facts.max_size_percent) return;
  const auto megabytes = [](std::uint64_t bytes) { return fmt::format("{:.2f} MB", base::to_mebibytes(bytes)); };
  const std::string limit = megabytes(facts.limit_bytes);
  if (!facts.counted_volume_bytes)
    output.print("limit in force: {} (CHART_MAX_SIZE_MB), because the volume reports no size that can be trusted\n",
                 limit);
  else
    output.print("limit in force: {}, the smaller one of CHART_MAX_SIZE_MB and {:g} % of {}\n", limit,
                 *facts.max_size_percent, megabytes(*facts.counted_volume_bytes));
}

/// Prints the problems that show without a sweep: conflicts between settings, or between settings and the volume, and
/// a volume that does not report changes.
void print_problems(Output& output, const assessment::SettingFacts& settings, const sweep::RootState& root) {
  assessment::Facts facts;
  facts.settings = settings;
  facts.charts.emplace().shows_changes = root.volume->shows_changes();  // only a scan would count the charts
  facts.volume.total_bytes = root.volume_bytes;
  facts.volume.is_whole = root.volume->whole != volume::Trait::no;
  output.write(api::problems_text(assessment::assess(facts, {})));
}

/// Prints the limits in force that can differ from the settings, and the problems.
void print_limits_and_problems(Output& output, const config::Settings& settings, const sweep::RootState& root) {
  assessment::SettingFacts facts = api::settings_in_force(setting_facts_from(settings), root);
  facts.wants_watches = false;
  print_min_age(output, facts);
  print_limit(output, facts);
  print_problems(output, facts, root);
}

/// Prints the role that a daemon with these settings would have now. Takes the lock for a moment, to see if it is free.
void print_role(Output& output, volume::Root& root, bool cleanup_enabled) {
  if (!cleanup_enabled) return output.print("role: unlocked, because automatic cleanup is off\n");
  switch (root.take_lock()) {
    case volume::Role::active: output.print("role: active; the lock of the root is free\n"); break;
    case volume::Role::standby:
      output.print("role: standby; another process holds the lock of the root, usually the running daemon\n");
      break;
    case volume::Role::unlocked:
      output.print("role: unlocked; this volume has no lock that all hosts see, so run only one chart-reaper here\n");
  }
  root.release_lock();
}

/// Tests the root and a sample of its charts, without changing anything. Returns true if all charts of the sample can
/// be removed; an error if the root cannot be used.
base::Result<bool> try_root(Output& output, const config::Settings& settings) {
  const std::string& path = settings.output_dir;
  volume::System system;
  volume::Root root(system, path);
  if (const auto checked = root.check(); !checked) {
    if (!checked.error().is(ENOENT)) return checked.error();
    output.print("root {}: does not exist yet; the daemon creates it at its start\n", base::printable(path));
    return true;
  }
  if (const auto writable = root.check_writable(); !writable) return writable.error();
  const auto sample = volume::take_sample(root, base::GlobList(settings.file_patterns));
  if (!sample) return sample.error();
  const auto space = root.space();
  output.print("root {}: can be read and written, {}; {}\n", base::printable(path),
               space ? fmt::format("{:.0f} MB free", base::to_mebibytes(space->free_bytes)) : "free space unknown",
               protection_of(root, *sample));
  output.print("volume: {}\n", volume::describe(*root.volume()));
  print_role(output, root, settings.enable_cleanup);
  print_limits_and_problems(output, settings, sweep::state_of(root));
  return print_sample(output, *sample);
}

/// Enters the sandbox like the daemon, because only that shows what works here. Must be the last step of the command.
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
  if (!settings_are_good(loaded)) return output.exit_code(k_bad_settings);
  const auto tried = try_root(output, loaded.settings);
  if (!tried) {
    complain(fmt::format("CHART_OUTPUT_DIR: the root cannot be used: {}", tried.error().message()));
    return output.exit_code(k_cannot_use_root);
  }
  try_sandbox(output, invocation, loaded.settings);
  return output.exit_code(*tried ? k_ok : k_cannot_use_root);
}

}  // namespace reaper::daemon
