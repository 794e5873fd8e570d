#include "watchdog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace reaper::daemon {
namespace {

namespace asio = boost::asio;

/// On a working volume no system call takes this long.
constexpr std::chrono::seconds k_progress_patience{30};

/// If systemd's watchdog is stricter than our default, use its timeout.
std::chrono::nanoseconds patience_under(const telemetry::ServiceManager& manager) {
  const auto half_of_watchdog = manager.watchdog_interval();
  if (!half_of_watchdog) return k_progress_patience;
  return std::min<std::chrono::nanoseconds>(k_progress_patience, 2 * *half_of_watchdog);
}

}  // namespace

Watchdog::Watchdog(asio::io_context& io, telemetry::ServiceManager& manager, Subject subject)
    : manager_(&manager), subject_(subject), progress_watch_(patience_under(manager)), stopped_(io.get_executor()) {}

std::string Watchdog::hang() {
  const auto now = std::chrono::steady_clock::now();
  const double patience = std::chrono::duration<double>(progress_watch_.patience()).count();
  if (!progress_watch_.is_alive(subject_.worker.busy(), subject_.progress.steps, now))
    return fmt::format("the worker has made no progress for more than {} seconds", patience);
  const auto oldest = subject_.root.pool().oldest_call();
  if (oldest && now - *oldest > progress_watch_.patience())
    return fmt::format("a call to the volume has taken more than {} seconds", patience);
  return {};
}

asio::awaitable<void> Watchdog::run() {
  const auto interval = manager_->watchdog_interval();
  if (!interval) co_return;
  for (;;) {
    if (hang().empty()) manager_->alive();
    const bool is_stopped = co_await stopped_.wait_for(*interval);
    if (is_stopped) co_return;
  }
}

}  // namespace reaper::daemon
