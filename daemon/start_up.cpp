#include "base/json_number.hpp"
#include "confine.hpp"
#include "daemon.hpp"
#include "exit_code.hpp"
#include "sweep/root_state.hpp"
#include "sweep/volume_line.hpp"

#include <string>
#include <string_view>

namespace reaper::daemon {

using telemetry::LogLevel;

int Daemon::start() {
  const config::Settings& settings = loaded_.settings;
  for (const std::string& warning : loaded_.warnings) log_.write(LogLevel::warning, warning);
  if (const int code = open_root(); code != k_ok) return code;
  if (!open_audit_file(settings.audit_file)) return k_bad_settings;
  sweeper_.audit_to(audit_);
  if (!listen(admin_, settings.listen, "admin")) return k_internal;
  if (settings.metrics_listen && !listen(metrics_, *settings.metrics_listen, "metrics")) return k_internal;
  if (state_->access.refuses_all_changes())
    log_.write(
        LogLevel::warning,
        "POST and DELETE are refused: CHART_LISTEN is not a loopback address, and CHART_ADMIN_TOKEN_FILE is not set");
  sandbox_ = enter_sandbox(invocation_, settings, system_);
  log_sandbox(log_, sandbox_);
  renew_state();
  sweep::log_volume(log_, *root_.volume());
  log_.write(LogLevel::info, "Chart manager initialized",
             {{"root", settings.output_dir},
              {"max_age_hours", base::as_given(settings.max_age_hours)},
              {"max_size_mb", base::as_given(settings.max_size_mb)},
              {"limit_bytes", limit_bytes()},
              {"cleanup_interval_minutes", base::as_given(settings.cleanup_interval_minutes)},
              {"cleanup_enabled", settings.enable_cleanup},
              {"version", state_->version}});
  return k_ok;
}

int Daemon::open_root() {
  const auto failed = [this](const base::Error& error, int code) {
    log_.write(LogLevel::error, "Chart directory cannot be used",
               {{"setting", "CHART_OUTPUT_DIR"}, {"root", loaded_.settings.output_dir}, {"error", error}});
    return code;
  };
  if (const auto made = root_.make(); !made) return failed(made.error(), k_cannot_make_root);
  if (const auto checked = root_.check(); !checked) return failed(checked.error(), k_cannot_use_root);
  const sweep::RootState state = sweeper_.check_root(service_.settings().policy);
  if (!state.not_writable.empty())
    log_.write(LogLevel::warning, "Chart directory cannot be written, so charts directly in it cannot be removed",
               {{"root", loaded_.settings.output_dir}, {"error", telemetry::Printable{state.not_writable}}});
  service_.know_root(state);
  return k_ok;
}

bool Daemon::listen(http::Server& server, const base::ListenAddress& address, std::string_view what_for) {
  const auto bound = server.listen(address);
  if (bound) {
    log_.write(LogLevel::info, "Listening", {{"address", bound->to_string()}, {"for", what_for}});
    return true;
  }
  log_.write(LogLevel::error, "Cannot listen",
             {{"address", address.to_string()}, {"for", what_for}, {"error", bound.error()}});
  return false;
}

bool Daemon::open_audit_file(const std::string& path) {
  const auto opened = audit_.open(path);
  if (!opened)
    log_.write(LogLevel::error, "Audit file cannot be opened",
               {{"setting", "CHART_AUDIT_FILE"}, {"error", opened.error()}});
  return opened.has_value();
}

}  // namespace reaper::daemon
