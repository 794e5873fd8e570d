#include "base/json_number.hpp"
#include "daemon.hpp"
#include "policy.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace reaper::daemon {
namespace {

using telemetry::LogLevel;

}  // namespace

void Daemon::reload() {
  manager_.reloading();
  config::Loaded loaded = invocation_.reload_settings();
  for (const std::string& warning : loaded.warnings) log_.write(LogLevel::warning, warning);
  for (const std::string& error : loaded.errors)
    log_.write(LogLevel::error, "Settings not reloaded, the old ones stay", {{"error", error}});
  if (loaded.errors.empty()) {
    keep_fixed_settings(loaded);
    effective_ = std::move(loaded.effective);
    // Whoever has rotated the file tells so by this very signal.
    if (!open_audit_file(loaded.settings.audit_file)) loaded.settings.audit_file = settings_.audit_file;
    apply(loaded.settings);
    service_.apply(service_settings_from(settings_));
    log_.write(LogLevel::info, "Settings reloaded",
               {{"max_age_hours", base::as_given(settings_.max_age_hours)},
                {"max_size_mb", base::as_given(settings_.max_size_mb)},
                {"cleanup_interval_minutes", base::as_given(settings_.cleanup_interval_minutes)},
                {"cleanup_enabled", settings_.enable_cleanup}});
    tell_status();
  }
  manager_.ready();
}

/// Those that take effect with the next start only stay, and are shown, as they are.
void Daemon::keep_fixed_settings(config::Loaded& read) {
  keep_fixed(read, "CHART_OUTPUT_DIR", &config::Settings::output_dir);
  keep_fixed(read, "CHART_LISTEN", &config::Settings::listen);
  keep_fixed(read, "CHART_METRICS_LISTEN", &config::Settings::metrics_listen);
  keep_fixed(read, "CHART_SOCKET_GROUP", &config::Settings::socket_group);
  keep_fixed(read, "CHART_WATCH", &config::Settings::watch);
  keep_fixed(read, "CHART_SANDBOX", &config::Settings::sandbox);
  read.settings.socket_gid = settings_.socket_gid;
}

template <class Value>
void Daemon::keep_fixed(config::Loaded& read, std::string_view variable, Value config::Settings::*setting) {
  if (read.settings.*setting != settings_.*setting)
    log_.write(LogLevel::warning, "Setting takes effect with the next start only", {{"setting", variable}});
  read.settings.*setting = settings_.*setting;
  // Both lists have every setting.
  const auto named = [&](auto& settings) {
    return std::ranges::find(settings, variable, &config::EffectiveSetting::variable);
  };
  *named(read.effective) = *named(effective_);
}

}  // namespace reaper::daemon
