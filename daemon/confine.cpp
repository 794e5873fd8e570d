#include "confine.hpp"

#include <algorithm>

namespace reaper::daemon {
namespace {

sandbox::Needs needs_of(const Invocation& invocation, const config::Settings& settings) {
  sandbox::Needs needs{.root = settings.output_dir, .read = {}, .append = {}, .remove = {}};
  if (settings.watch == config::FeatureMode::automatic) needs.watch_events = volume::k_watch_events;
  for (const std::string& file : {invocation.config_file(), settings.admin_token_file}) {
    if (!file.empty()) needs.read.push_back(file);
  }
  if (!settings.audit_file.empty()) needs.append.push_back(settings.audit_file);
  if (!settings.listen.path.empty()) needs.remove.push_back(settings.listen.path);
  if (settings.metrics_listen && !settings.metrics_listen->path.empty())
    needs.remove.push_back(settings.metrics_listen->path);
  return needs;
}

}  // namespace

sandbox::Parts enter_sandbox(const Invocation& invocation, const config::Settings& settings, volume::System& system) {
  if (settings.sandbox == config::FeatureMode::off) return sandbox::not_entered("CHART_SANDBOX is off");
  sandbox::Needs needs = needs_of(invocation, settings);
  needs.openings = system.seal_openings();
  return sandbox::enter(needs);
}

void log_sandbox(telemetry::Log& log, const sandbox::Parts& parts) {
  // Only these two parts matter for the level: without the system call list, connections and signals stay possible;
  // without Landlock, access to all files.
  const bool confined = std::ranges::all_of(parts, [](const sandbox::Part& part) {
    return part.active || (part.name != "files" && part.name != "system_calls");
  });
  log.write(confined ? telemetry::LogLevel::info : telemetry::LogLevel::warning,
            confined ? "Sandbox entered" : "Sandbox incomplete",
            {{"active", sandbox::list_parts(parts, true)}, {"missing", sandbox::list_parts(parts, false)}});
}

}  // namespace reaper::daemon
