#include "daemon.hpp"

#include "api/status_line.hpp"
#include "base/control_signals.hpp"
#include "policy.hpp"
#include "server_state.hpp"

#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <csignal>
#include <random>
#include <utility>
#include <vector>

namespace reaper::daemon {
namespace {

namespace asio = boost::asio;
using telemetry::LogLevel;

/// The time for the shutdown. The first part is for answers that are being sent and for charts in quarantine, the
/// second for a worker that is in the kernel.
constexpr std::chrono::milliseconds k_shutdown_answers{700};
constexpr std::chrono::milliseconds k_shutdown_worker{3800};

/// The pods of a rollout start together, and must not sweep at the same time. So the first interval of each is shorter
/// by a random part, less than a tenth.
double first_timer_early() {
  std::random_device random;
  return std::uniform_real_distribution<>(0, 0.1)(random);
}

/// Some conditions become problems only because they last; no event reports that.
constexpr std::chrono::seconds k_assess_every{5};

/// Returns the name of a signal that ends the daemon.
std::string_view name_of(int signal) {
  if (signal == SIGINT) return "SIGINT";
  return signal == SIGQUIT ? "SIGQUIT" : "SIGTERM";
}

}  // namespace

Daemon::Daemon(const Invocation& invocation, const config::Loaded& loaded, std::optional<config::FileWatch> config_file)
    : invocation_(invocation),
      loaded_(loaded),
      log_(clock_, STDERR_FILENO, invocation.variable("JOURNAL_STREAM")),
      audit_(log_, clock_),
      process_(clock_),
      manager_(invocation.variable("NOTIFY_SOCKET"), invocation.variable("WATCHDOG_USEC"),
               invocation.variable("WATCHDOG_PID")),
      root_(system_, loaded.settings.output_dir, pool_width_from(loaded.settings)),
      sweeper_(root_, clock_, log_, progress_,
               loaded.settings.watch == config::FeatureMode::automatic ? live::Watching::on : live::Watching::poll,
               [this] { return system_limits_.read(); }),
      signals_(io_, SIGTERM, SIGINT, SIGQUIT),
      stopped_(io_.get_executor()),
      watchdog_(io_, manager_, {worker_, progress_, root_}),
      config_watch_(io_, std::move(config_file)),
      service_(io_, {sweeper_, worker_, progress_, log_, clock_, first_timer_early()},
               service_settings_from(loaded.settings)),
      assessor_({service_, clock_, log_, [this] { return watchdog_.hang(); }}),
      routes_({service_, clock_, log_, process_, audit_, assessor_,
               [this](std::string_view asked_by) { return reload(asked_by); }}),
      admin_(io_, server_parts(api::Listener::admin, http::Serves::everything)),
      metrics_(io_, server_parts(api::Listener::metrics, http::Serves::reading)) {
  signals_.add(SIGHUP);
  apply(loaded);
}

http::ServerParts Daemon::server_parts(api::Listener listener, http::Serves serves) {
  return {.log = log_,
          .router = [this, listener](const http::Request& request) { return routes_.route(request, listener); },
          .serves = serves,
          .group = loaded_.settings.socket_gid};
}

bool Daemon::run() {
  service_.on_change([this] { tell_status(); });
  asio::co_spawn(io_, service_.run(), asio::detached);
  asio::co_spawn(io_, service_.follow(), asio::detached);
  asio::co_spawn(io_, watch_signals(), asio::detached);
  asio::co_spawn(io_, watch_config_file(), asio::detached);
  asio::co_spawn(io_, watchdog_.run(), asio::detached);
  asio::co_spawn(io_, assess_now_and_then(), asio::detached);
  manager_.ready();
  io_.run();  // until begin_shutdown()

  io_.restart();
  io_.run_for(k_shutdown_answers);
  const bool has_ended = worker_.has_ended(k_shutdown_worker);
  base::block_control_signals();
  if (has_ended) return true;
  log_.write(LogLevel::error, "Chart directory does not answer, ending without waiting for it",
             {{"root", loaded_.settings.output_dir}});
  return false;
}

void Daemon::apply(config::Loaded loaded) {
  const config::Settings& settings = loaded.settings;
  log_.set_format(settings.log_format);
  log_.set_level(settings.log_level);
  if (settings.admin_token_file.empty()) token_file_.reset();
  else if (!token_file_ || settings.admin_token_file != loaded_.settings.admin_token_file)
    token_file_ = std::make_shared<http::TokenFile>(settings.admin_token_file, log_);
  loaded_ = std::move(loaded);
  assessor_.use(setting_facts_from(loaded_.settings));
  renew_state();
}

void Daemon::renew_state() {
  std::vector<api::ListenerCounts> listeners{{"admin", &admin_.counters()}};
  if (loaded_.settings.metrics_listen) listeners.push_back({"metrics", &metrics_.counters()});
  state_ = server_state(loaded_, {sandbox_, token_file_, std::move(listeners)});
  routes_.use(state_);
}

/// Returns the size limit in force.
std::uint64_t Daemon::limit_bytes() const { return state_->limits_on(service_.snapshot().root).max_size_bytes; }

void Daemon::tell_status() {
  std::string status = api::status_line(service_.snapshot(), limit_bytes(), assessor_.assess());
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
  stopped_.notify_all();
  watchdog_.stop();
  config_watch_.stop();
  io_.stop();
}

asio::awaitable<void> Daemon::assess_now_and_then() {
  for (;;) {
    const bool is_stopped = co_await stopped_.wait_for(k_assess_every);
    if (is_stopped) co_return;
    tell_status();
  }
}

asio::awaitable<void> Daemon::watch_signals() {
  for (;;) {
    const auto [error, signal] = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (signal != SIGHUP) {
      begin_shutdown(signal);
      co_return;
    }
    static_cast<void>(reload("SIGHUP"));  // reload() logs the result
  }
}

asio::awaitable<void> Daemon::watch_config_file() {
  for (;;) {
    const bool has_changed = co_await config_watch_.next_change();
    if (!has_changed) co_return;
    static_cast<void>(reload("configuration file"));  // reload() logs the result
  }
}

}  // namespace reaper::daemon
