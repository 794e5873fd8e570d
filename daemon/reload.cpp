#include "base/json_number.hpp"
#include "daemon.hpp"
#include "policy.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace reaper::daemon {
namespace {

using telemetry::LogLevel;

/// The settings that take effect with the next start only.
constexpr std::array<std::string_view, 6> k_fixed_settings{"CHART_OUTPUT_DIR",   "CHART_LISTEN", "CHART_METRICS_LISTEN",
                                                           "CHART_SOCKET_GROUP", "CHART_WATCH",  "CHART_SANDBOX"};

/// What was read again shows the fixed settings as they still are. Both lists have every setting, in one order.
void keep_fixed(std::vector<config::EffectiveSetting>& read, const std::vector<config::EffectiveSetting>& in_effect) {
  for (std::size_t i = 0; i < read.size(); ++i)
    if (std::find(k_fixed_settings.begin(), k_fixed_settings.end(), read[i].variable) != k_fixed_settings.end())
      read[i] = in_effect[i];
}

}  // namespace

void Daemon::reload() {
  manager_.reloading();
  config::Loaded loaded = invocation_.reload_settings();
  for (const std::string& warning : loaded.warnings) log_.write(LogLevel::warning, warning);
  for (const std::string& error : loaded.errors)
    log_.write(LogLevel::error, "Settings not reloaded, the old ones stay", {{"error", error}});
  if (loaded.errors.empty()) {
    warn_of_fixed_settings(loaded.settings);
    loaded.settings.output_dir = settings_.output_dir;
    loaded.settings.listen = settings_.listen;
    loaded.settings.metrics_listen = settings_.metrics_listen;
    loaded.settings.socket_group = settings_.socket_group;
    loaded.settings.socket_gid = settings_.socket_gid;
    loaded.settings.watch = settings_.watch;
    keep_fixed(loaded.effective, effective_);
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

void Daemon::warn_of_fixed_settings(const config::Settings& settings) {
  const auto warn_if = [this](bool changed, std::string_view setting) {
    if (changed) log_.write(LogLevel::warning, "Setting takes effect with the next start only", {{"setting", setting}});
  };
  warn_if(settings.output_dir != settings_.output_dir, "CHART_OUTPUT_DIR");
  warn_if(settings.listen != settings_.listen, "CHART_LISTEN");
  warn_if(settings.metrics_listen != settings_.metrics_listen, "CHART_METRICS_LISTEN");
  warn_if(settings.socket_group != settings_.socket_group, "CHART_SOCKET_GROUP");
  warn_if(settings.watch != settings_.watch, "CHART_WATCH");
  warn_if(settings.sandbox != settings_.sandbox, "CHART_SANDBOX");
}

}  // namespace reaper::daemon
