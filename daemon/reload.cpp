#include "base/json_number.hpp"
#include "daemon.hpp"
#include "policy.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace reaper::daemon {
namespace {

using telemetry::LogLevel;

/// Keeps settings that take effect with the next start only, and has them shown, as they are now.
struct FixedSettings {
  const config::Loaded& now;
  config::Loaded& read;
  telemetry::Log& log;

  template <class Value>
  void keep(std::string_view variable, Value config::Settings::*setting) const {
    if (read.settings.*setting != now.settings.*setting)
      log.write(LogLevel::warning, "Setting takes effect with the next start only", {{"setting", variable}});
    read.settings.*setting = now.settings.*setting;
    // Both lists have every setting.
    const auto named = [&](auto& settings) {
      return std::ranges::find(settings, variable, &config::EffectiveSetting::variable);
    };
    *named(read.effective) = *named(now.effective);
  }
};

void keep_fixed_settings(const FixedSettings& settings) {
  settings.keep("CHART_OUTPUT_DIR", &config::Settings::output_dir);
  settings.keep("CHART_LISTEN", &config::Settings::listen);
  settings.keep("CHART_METRICS_LISTEN", &config::Settings::metrics_listen);
  settings.keep("CHART_SOCKET_GROUP", &config::Settings::socket_group);
  settings.keep("CHART_WATCH", &config::Settings::watch);
  settings.keep("CHART_SANDBOX", &config::Settings::sandbox);
  settings.read.settings.socket_gid = settings.now.settings.socket_gid;
}

}  // namespace

void Daemon::reload() {
  manager_.reloading();
  config::Loaded read = invocation_.reload_settings();
  for (const std::string& warning : read.warnings) log_.write(LogLevel::warning, warning);
  for (const std::string& error : read.errors)
    log_.write(LogLevel::error, "Settings not reloaded, the old ones stay", {{"error", error}});
  if (read.errors.empty()) {
    keep_fixed_settings({loaded_, read, log_});
    // Whoever has rotated the file tells so by this very signal.
    if (!open_audit_file(read.settings.audit_file)) read.settings.audit_file = loaded_.settings.audit_file;
    apply(std::move(read));
    const config::Settings& settings = loaded_.settings;
    service_.apply(service_settings_from(settings));
    log_.write(LogLevel::info, "Settings reloaded",
               {{"max_age_hours", base::as_given(settings.max_age_hours)},
                {"max_size_mb", base::as_given(settings.max_size_mb)},
                {"cleanup_interval_minutes", base::as_given(settings.cleanup_interval_minutes)},
                {"cleanup_enabled", settings.enable_cleanup}});
    tell_status();
  }
  manager_.ready();
}

}  // namespace reaper::daemon
