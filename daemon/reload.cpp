#include "base/json_number.hpp"
#include "daemon.hpp"
#include "policy.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::daemon {
namespace {

using telemetry::LogLevel;

using Effective = std::vector<config::EffectiveSetting>;

/// Returns the setting of this name. Every list has every setting.
auto named(auto& settings, std::string_view variable) {
  return std::ranges::find(settings, variable, &config::EffectiveSetting::variable);
}

/// Keeps the present value of settings that only take effect after a restart, in use and in the display.
struct FixedSettings {
  const config::Loaded& now;
  config::Loaded& read;
  telemetry::Log& log;
  std::vector<std::string>& needs_restart;

  template <class Value>
  void keep(std::string_view variable, Value config::Settings::*setting) const {
    if (read.settings.*setting != now.settings.*setting) {
      log.write(LogLevel::warning, "Setting takes effect with the next start only", {{"setting", variable}});
      needs_restart.emplace_back(variable);
    }
    read.settings.*setting = now.settings.*setting;
    *named(read.effective, variable) = *named(now.effective, variable);
  }
};

void keep_fixed_settings(const FixedSettings& settings) {
  settings.keep("CHART_OUTPUT_DIR", &config::Settings::output_dir);
  settings.keep("CHART_LISTEN", &config::Settings::listen);
  settings.keep("CHART_METRICS_LISTEN", &config::Settings::metrics_listen);
  settings.keep("CHART_SOCKET_GROUP", &config::Settings::socket_group);
  settings.keep("CHART_WATCH", &config::Settings::watch);
  settings.keep("CHART_IO_CONCURRENCY", &config::Settings::io_concurrency);
  settings.keep("CHART_SANDBOX", &config::Settings::sandbox);
  settings.read.settings.socket_gid = settings.now.settings.socket_gid;
}

/// Returns the names of the settings whose values differ.
std::vector<std::string> differing(const Effective& before, const Effective& now) {
  std::vector<std::string> variables;
  for (const config::EffectiveSetting& setting : now)
    if (setting.value != named(before, setting.variable)->value) variables.push_back(setting.variable);
  return variables;
}

}  // namespace

api::ReloadResult Daemon::reload(std::string_view asked_by) {
  manager_.reloading();
  config_watch_.note_reading();
  config::Loaded read = invocation_.reload_settings();
  for (const std::string& warning : read.warnings) log_.write(LogLevel::warning, warning);
  for (const std::string& error : read.errors)
    log_.write(LogLevel::error, "Settings not reloaded, the old ones stay", {{"error", error}, {"asked_by", asked_by}});
  api::ReloadResult result{.errors = read.errors, .changed = {}, .needs_restart = {}};
  if (read.errors.empty()) {
    result = take_over(std::move(read));
    const config::Settings& settings = loaded_.settings;
    log_.write(LogLevel::info, "Settings reloaded",
               {{"max_age_hours", base::as_given(settings.max_age_hours)},
                {"max_size_mb", base::as_given(settings.max_size_mb)},
                {"limit_bytes", limit_bytes()},
                {"cleanup_interval_minutes", base::as_given(settings.cleanup_interval_minutes)},
                {"cleanup_enabled", settings.enable_cleanup},
                {"asked_by", asked_by}});
    tell_status();
  }
  manager_.ready();
  return result;
}

/// Applies valid settings.
api::ReloadResult Daemon::take_over(config::Loaded read) {
  api::ReloadResult result;
  const FixedSettings fixed{loaded_, read, log_, result.needs_restart};
  keep_fixed_settings(fixed);
  // A log rotation program reports the rotation by a reload. A file in another directory may be out of reach, because
  // the sandbox only allows the directories of the start.
  if (!open_audit_file(read.settings.audit_file)) fixed.keep("CHART_AUDIT_FILE", &config::Settings::audit_file);
  result.changed = differing(loaded_.effective, read.effective);
  apply(std::move(read));
  service_.apply(service_settings_from(loaded_.settings));
  return result;
}

}  // namespace reaper::daemon
