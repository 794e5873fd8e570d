#pragma once

#include "api/assessor.hpp"
#include "api/reload_json.hpp"
#include "api/routes.hpp"
#include "base/async_event.hpp"
#include "base/clock.hpp"
#include "commands.hpp"
#include "config/file_watch.hpp"
#include "config/load.hpp"
#include "config_watch.hpp"
#include "http/server.hpp"
#include "http/token_file.hpp"
#include "sandbox/sandbox.hpp"
#include "sweep/sweep_service.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/worker.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "telemetry/process_usage.hpp"
#include "telemetry/service_manager.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/system.hpp"
#include "volume/system_limits.hpp"
#include "watchdog.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::daemon {

/// The daemon: all parts and their connections. Everything except the worker's tasks runs on the thread that calls
/// run().
class Daemon {
 public:
  /// `loaded` must be valid settings read from `invocation`. `config_file` must hold the state of their file before the
  /// reading.
  Daemon(const Invocation& invocation, const config::Loaded& loaded, std::optional<config::FileWatch> config_file);

  /// Creates and opens the root, and opens the listeners. Returns an exit code; unless it is k_ok, the log has the
  /// reason.
  [[nodiscard]] int start();

  /// Runs until SIGTERM, SIGINT or SIGQUIT. Returns false if the worker hangs in the kernel. The process must then end
  /// without destroying the daemon, because the destructor would wait for the worker.
  [[nodiscard]] bool run();

 private:
  [[nodiscard]] http::ServerParts server_parts(api::Listener listener, http::Serves serves);
  [[nodiscard]] int open_root();
  [[nodiscard]] bool listen(http::Server& server, const base::ListenAddress& address, std::string_view what_for);
  [[nodiscard]] bool open_audit_file(const std::string& path);
  void apply(config::Loaded loaded);
  void renew_state();
  api::ReloadResult reload(std::string_view asked_by);
  api::ReloadResult take_over(config::Loaded read);
  [[nodiscard]] std::uint64_t limit_bytes() const;
  void tell_status();
  void begin_shutdown(int signal);

  boost::asio::awaitable<void> watch_signals();
  boost::asio::awaitable<void> assess_now_and_then();
  boost::asio::awaitable<void> watch_config_file();

  Invocation invocation_;
  config::Loaded loaded_;
  base::SystemClock clock_;
  telemetry::Log log_;
  telemetry::AuditFile audit_;
  telemetry::ProcessObserver process_;
  telemetry::ServiceManager manager_;
  volume::System system_;
  volume::SystemLimitsReader system_limits_;
  volume::Root root_;
  volume::Progress progress_;
  sweep::Sweeper sweeper_;
  boost::asio::io_context io_;
  boost::asio::signal_set signals_;
  base::AsyncEvent stopped_;
  sandbox::Parts sandbox_;
  sweep::Worker worker_;
  Watchdog watchdog_;
  ConfigWatch config_watch_;
  sweep::SweepService service_;
  std::shared_ptr<http::TokenFile> token_file_;
  std::shared_ptr<const api::ServerState> state_;
  api::Assessor assessor_;
  api::Routes routes_;
  http::Server admin_;
  http::Server metrics_;
  std::string status_;
};

}  // namespace reaper::daemon
