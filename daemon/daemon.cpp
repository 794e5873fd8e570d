#include "daemon.hpp"

#include "base/control_signals.hpp"
#include "base/json_number.hpp"
#include "base/size.hpp"
#include "confine.hpp"
#include "exit_code.hpp"
#include "policy.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace reaper::daemon {
namespace {

namespace asio = boost::asio;
using telemetry::LogLevel;

/// No system call on a volume that works takes this long.
constexpr std::chrono::seconds k_progress_patience{30};

/// What the end of the program may take in all: answers that are being written and charts in quarantine get the first
/// part, a worker that is in the kernel the rest.
constexpr std::chrono::milliseconds k_shutdown_answers{700};
constexpr std::chrono::milliseconds k_shutdown_worker{3800};

/// A service manager that watches more closely has been told what is too long on this machine.
std::chrono::nanoseconds patience_under(const telemetry::ServiceManager& manager) {
  const auto half_of_watchdog = manager.watchdog_interval();
  if (!half_of_watchdog) return k_progress_patience;
  return std::min<std::chrono::nanoseconds>(k_progress_patience, 2 * *half_of_watchdog);
}

/// On these listeners POST and DELETE are open to everybody who gets through.
bool is_local(const base::ListenAddress& address) {
  if (address.kind == base::ListenAddress::Kind::unix_socket) return true;
  boost::system::error_code error;
  return asio::ip::make_address(address.host, error).is_loopback() && !error;
}

/// The name of a signal that ends the daemon.
std::string_view name_of(int signal) {
  if (signal == SIGINT) return "SIGINT";
  return signal == SIGQUIT ? "SIGQUIT" : "SIGTERM";
}

std::string version() { return CHART_REAPER_VERSION; }

}  // namespace

Daemon::Daemon(const Invocation& invocation, const config::Loaded& loaded)
    : invocation_(invocation),
      settings_(loaded.settings),
      effective_(loaded.effective),
      warnings_(loaded.warnings),
      log_(clock_, STDERR_FILENO, invocation.variable("JOURNAL_STREAM")),
      audit_(log_, clock_),
      process_(clock_),
      manager_(invocation.variable("NOTIFY_SOCKET"), invocation.variable("WATCHDOG_USEC"),
               invocation.variable("WATCHDOG_PID")),
      root_(system_, settings_.output_dir),
      progress_watch_(patience_under(manager_)),
      sweeper_(root_, clock_, log_, progress_,
               settings_.watch == config::Use::automatic ? sweep::Watching::on : sweep::Watching::poll,
               [this] { return system_limits_.read(); }),
      signals_(io_, SIGTERM, SIGINT, SIGQUIT),
      watchdog_timer_(io_),
      service_(io_, {sweeper_, worker_, progress_, log_}, service_settings_from(settings_)),
      routes_({.sweeps = service_,
               .clock = clock_,
               .log = log_,
               .process = process_,
               .audit = audit_,
               .limits = [this] { return limits_from(settings_); },
               .policy = [this] { return policy_limits(); },
               .settings = [this] { return settings_view(); },
               .access = [this] { return access_rules(); },
               .hung = [this] { return what_hangs(); },
               .version = version(),
               .listeners = [this] { return listener_counts(); },
               .sandbox = [this] { return sandbox_parts(); }}),
      admin_(io_, server_parts(api::Listener::admin, http::Serves::everything)),
      metrics_(io_, server_parts(api::Listener::metrics, http::Serves::reading)) {
  signals_.add(SIGHUP);
  apply(settings_);
}

http::ServerParts Daemon::server_parts(api::Listener listener, http::Serves serves) {
  return {.log = log_,
          .router = [this, listener](const http::Request& request) { return routes_.route(request, listener); },
          .serves = serves,
          .group = settings_.socket_gid};
}

int Daemon::start() {
  for (const std::string& warning : warnings_) log_.write(LogLevel::warning, warning);
  if (const int code = open_root(); code != k_ok) return code;
  if (!open_audit_file(settings_.audit_file)) return k_bad_settings;
  sweeper_.audit_to(audit_);
  if (!listen(admin_, settings_.listen, "admin")) return k_internal;
  if (settings_.metrics_listen && !listen(metrics_, *settings_.metrics_listen, "metrics")) return k_internal;
  if (!is_local(settings_.listen) && settings_.admin_token_file.empty())
    log_.write(
        LogLevel::warning,
        "POST and DELETE are refused: CHART_LISTEN is not a loopback address and CHART_ADMIN_TOKEN_FILE is empty");
  sandbox_ = enter_sandbox(invocation_, settings_, system_);
  log_sandbox(log_, sandbox_);
  log_.write(LogLevel::info, "Chart manager initialized",
             {{"root", settings_.output_dir},
              {"max_age_hours", base::as_given(settings_.max_age_hours)},
              {"max_size_mb", base::as_given(settings_.max_size_mb)},
              {"cleanup_interval_minutes", base::as_given(settings_.cleanup_interval_minutes)},
              {"cleanup_enabled", settings_.enable_cleanup},
              {"version", version()}});
  return k_ok;
}

bool Daemon::run() {
  service_.on_change([this] { tell_status(); });
  asio::co_spawn(io_, service_.run(), asio::detached);
  asio::co_spawn(io_, service_.follow(), asio::detached);
  asio::co_spawn(io_, watch_signals(), asio::detached);
  asio::co_spawn(io_, keep_watchdog_quiet(), asio::detached);
  manager_.ready();
  io_.run();  // until begin_shutdown

  io_.restart();
  io_.run_for(k_shutdown_answers);
  const bool has_ended = worker_.has_ended(k_shutdown_worker);
  base::hold_back_control_signals();
  if (has_ended) return true;
  log_.write(LogLevel::error, "Chart directory does not answer, ending without waiting for it",
             {{"root", settings_.output_dir}});
  return false;
}

int Daemon::open_root() {
  const auto failed = [this](const base::Error& error, int code) {
    log_.write(LogLevel::error, "Chart directory cannot be used",
               {{"setting", "CHART_OUTPUT_DIR"}, {"root", settings_.output_dir}, {"error", error.message()}});
    return code;
  };
  if (const auto made = root_.make(); !made) return failed(made.error(), k_cannot_make_root);
  if (const auto checked = root_.check(); !checked) return failed(checked.error(), k_cannot_use_root);
  if (const auto writable = root_.check_writable(); !writable)
    log_.write(LogLevel::warning, "Chart directory cannot be written, charts directly in it cannot be removed",
               {{"root", settings_.output_dir}, {"error", writable.error().message()}});
  return k_ok;
}

bool Daemon::listen(http::Server& server, const base::ListenAddress& address, std::string_view what_for) {
  const auto bound = server.listen(address);
  if (bound) {
    log_.write(LogLevel::info, "Listening", {{"address", bound->to_string()}, {"for", what_for}});
    return true;
  }
  log_.write(LogLevel::error, "Cannot listen",
             {{"address", address.to_string()}, {"for", what_for}, {"error", bound.error().message()}});
  return false;
}

void Daemon::apply(const config::Settings& settings) {
  log_.set_format(settings.log_format);
  log_.set_level(settings.log_level);
  if (settings.admin_token_file.empty()) token_file_.reset();
  else if (!token_file_ || settings.admin_token_file != settings_.admin_token_file)
    token_file_.emplace(settings.admin_token_file, log_);
  settings_ = settings;
}

bool Daemon::open_audit_file(const std::string& path) {
  const auto opened = audit_.open(path);
  if (!opened)
    log_.write(LogLevel::error, "Audit file cannot be opened",
               {{"setting", "CHART_AUDIT_FILE"}, {"error", opened.error().message()}});
  return opened.has_value();
}

std::vector<api::SettingView> Daemon::settings_view() const {
  std::vector<api::SettingView> view;
  for (const config::EffectiveSetting& setting : effective_)
    view.push_back({setting.variable, setting.value, setting.source});
  return view;
}

/// The limits that the next sweep goes by, as far as is known.
retention::Limits Daemon::policy_limits() const {
  retention::Limits limits = policy_from(settings_).limits;
  const auto& last = service_.totals().last;
  if (last && last->age_rule_suspended) limits.age_rule = retention::AgeRule::suspended;
  return limits;
}

http::AccessRules Daemon::access_rules() {
  http::AccessRules rules;
  rules.open = is_local(settings_.listen);
  rules.token_configured = token_file_.has_value();
  if (token_file_) rules.token = token_file_->token();
  rules.allowed_hosts = settings_.allowed_hosts;
  return rules;
}

std::optional<std::string> Daemon::what_hangs() {
  if (progress_watch_.is_alive(worker_.busy(), progress_.steps, std::chrono::steady_clock::now())) return {};
  return fmt::format("the worker has made no progress for more than {} seconds",
                     std::chrono::duration<double>(progress_watch_.patience()).count());
}

std::vector<api::SandboxPart> Daemon::sandbox_parts() const {
  std::vector<api::SandboxPart> parts;
  for (const sandbox::Part& part : sandbox_) parts.push_back({part.name, part.active});
  return parts;
}

std::vector<api::ListenerCounts> Daemon::listener_counts() const {
  std::vector<api::ListenerCounts> counts{{"admin", admin_.counters()}};
  if (settings_.metrics_listen) counts.push_back({"metrics", metrics_.counters()});
  return counts;
}

void Daemon::tell_status() {
  std::string status;
  if (!service_.problem().empty()) {
    status = service_.problem();
  } else if (const auto storage = service_.last_storage(); storage && storage->complete) {
    status = fmt::format("{} charts, {:.1f} of {} MB ({:.0f} %)", storage->files, base::to_mebibytes(storage->bytes),
                         settings_.max_size_mb, 100 * api::usage_ratio(*storage, limits_from(settings_)));
  }
  if (status == status_) return;
  manager_.status(status);
  status_ = std::move(status);
}

void Daemon::begin_shutdown(int signal) {
  manager_.stopping();
  log_.write(LogLevel::info, "Chart manager stopping", {{"signal", name_of(signal)}});
  worker_.request_stop();
  service_.stop();
  admin_.stop();
  metrics_.stop();
  signals_.cancel();
  watchdog_timer_.cancel();
  io_.stop();
}

asio::awaitable<void> Daemon::watch_signals() {
  for (;;) {
    const auto [error, signal] = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (signal != SIGHUP) {
      begin_shutdown(signal);
      co_return;
    }
    reload();
  }
}

asio::awaitable<void> Daemon::keep_watchdog_quiet() {
  const auto interval = manager_.watchdog_interval();
  if (!interval) co_return;
  for (;;) {
    if (!what_hangs()) manager_.alive();
    watchdog_timer_.expires_after(*interval);
    const auto [error] = co_await watchdog_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
  }
}

}  // namespace reaper::daemon
