#pragma once

#include "api/routes.hpp"
#include "base/clock.hpp"
#include "commands.hpp"
#include "config/load.hpp"
#include "http/server.hpp"
#include "http/token_file.hpp"
#include "sandbox/sandbox.hpp"
#include "sweep/sweep_service.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/worker.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/health.hpp"
#include "telemetry/log.hpp"
#include "telemetry/notify.hpp"
#include "telemetry/process_usage.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/system.hpp"
#include "volume/system_limits.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <string>
#include <vector>

namespace reaper::daemon {

/// The parts of the daemon, wired. Everything but the worker's tasks runs on the thread that calls run().
class Daemon {
 public:
  /// `loaded` holds good settings, read from `invocation`.
  Daemon(const Invocation& invocation, const config::Loaded& loaded);

  /// Makes and opens the root and the listeners. Returns an exit code; the reason for any but k_ok has been logged.
  [[nodiscard]] int start();

  /// Runs until SIGTERM, SIGINT or SIGQUIT. False if the worker hangs in the kernel: then the process must end without
  /// destroying the daemon, which would wait for it.
  [[nodiscard]] bool run();

 private:
  [[nodiscard]] http::ServerParts server_parts(api::Listener listener, http::Serves serves);
  [[nodiscard]] int open_root();
  [[nodiscard]] bool listen(http::Server& server, const base::ListenAddress& address, std::string_view what_for);
  void apply(const config::Settings& settings);
  void reload();
  void keep_fixed_settings(config::Loaded& read);
  template <class Value>
  void keep_fixed(config::Loaded& read, std::string_view variable, Value config::Settings::*setting);
  [[nodiscard]] bool open_audit_file(const std::string& path);
  [[nodiscard]] std::vector<api::SettingView> settings_view() const;
  [[nodiscard]] retention::Limits policy_limits() const;
  [[nodiscard]] http::AccessRules access_rules();
  [[nodiscard]] std::optional<std::string> what_hangs();
  [[nodiscard]] std::vector<api::SandboxPart> sandbox_parts() const;
  [[nodiscard]] std::vector<api::ListenerCounts> listener_counts() const;
  void tell_status();
  void begin_shutdown(int signal);

  boost::asio::awaitable<void> watch_signals();
  boost::asio::awaitable<void> keep_watchdog_quiet();

  Invocation invocation_;
  config::Settings settings_;
  std::vector<config::EffectiveSetting> effective_;
  std::vector<std::string> warnings_;
  base::SystemClock clock_;
  telemetry::Log log_;
  telemetry::AuditFile audit_;
  telemetry::ProcessObserver process_;
  telemetry::ServiceManager manager_;
  volume::System system_;
  volume::SystemLimits system_limits_;
  volume::Root root_;
  volume::Progress progress_;
  telemetry::ProgressWatch progress_watch_;
  sweep::Sweeper sweeper_;
  boost::asio::io_context io_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer watchdog_timer_;
  sandbox::Parts sandbox_;
  sweep::Worker worker_;
  sweep::SweepService service_;
  std::optional<http::TokenFile> token_file_;
  api::Routes routes_;
  http::Server admin_;
  http::Server metrics_;
  std::string status_;
};

}  // namespace reaper::daemon
