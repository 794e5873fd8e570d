#include "telemetry/service_manager.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ctime>

namespace reaper::telemetry {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

/// Returns a socket connected to the manager; none if that fails. It is connected once, so that the sandbox need not
/// allow connect(2).
base::FileDescriptor connect_to_manager(std::string_view path) {
  sockaddr_un address{};
  const bool is_abstract = path.starts_with('@');
  // A path is followed by a NUL; an abstract name has a NUL in place of `@` (unix(7)).
  const std::size_t length = is_abstract ? path.size() : path.size() + 1;
  if ((!is_abstract && !path.starts_with('/')) || length > sizeof address.sun_path) return {};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  if (is_abstract) address.sun_path[0] = '\0';

  base::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto address_length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), address_length) != 0) return {};
  return socket;
}

/// Returns half of the watchdog's time, if the watchdog is for this process (sd_watchdog_enabled(3)).
std::optional<std::chrono::microseconds> half_of_watchdog(std::string_view usec, std::string_view pid) {
  if (!pid.empty() && parse_number<pid_t>(pid) != getpid()) return {};
  const auto time = parse_number<std::int64_t>(usec);
  if (!time || *time < 2) return {};
  return std::chrono::microseconds(*time / 2);
}

}  // namespace

ServiceManager::ServiceManager(std::string_view socket_path, std::string_view watchdog_usec,
                               std::string_view watchdog_pid)
    : socket_(connect_to_manager(socket_path)) {
  if (socket_) interval_ = half_of_watchdog(watchdog_usec, watchdog_pid);
}

void ServiceManager::ready() { send("READY=1"); }

void ServiceManager::reloading() {
  timespec now{};
  // It cannot fail: the clock exists and the pointer is valid (clock_gettime(2)).
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t usec = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", usec));
}

void ServiceManager::stopping() { send("STOPPING=1"); }

void ServiceManager::status(std::string_view text) {
  // A printable text must not be escaped a second time. Any other one could begin a message of its own.
  const bool is_one_line = base::is_utf8(text) && text.find('\n') == std::string_view::npos;
  send(fmt::format("STATUS={}", is_one_line ? std::string(text) : base::printable(text)));
}

void ServiceManager::alive() { send("WATCHDOG=1"); }

void ServiceManager::send(std::string_view message) {
  if (!socket_) return;
  // Failures are ignored: if the manager has gone or its queue is full, the daemon must go on.
  static_cast<void>(::send(socket_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace reaper::telemetry
