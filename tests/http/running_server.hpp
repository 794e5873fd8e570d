#pragma once

#include "base/clock.hpp"
#include "http/access_rules.hpp"
#include "http/server.hpp"
#include "support/capture.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace reaper::test {

/// Options of a test server.
struct ServerOptions {
  base::ListenAddress address{base::ListenAddress::Kind::tcp, "127.0.0.1", 0, {}};
  http::Serves serves = http::Serves::everything;
  http::ServerLimits limits;
  http::AccessRules rules{true, false, std::nullopt, {}};
};

[[nodiscard]] inline ServerOptions with(const http::ServerLimits& limits) {
  ServerOptions options;
  options.limits = limits;
  return options;
}

/// A server on a real socket in its own thread. It refuses changes by the access rules, and answers with `<method>
/// <target>`. Some targets differ:
/// - `/throw` throws.
/// - `/large` answers with `k_large_bytes`.
/// - `/wait` answers once release() is called.
/// - `/pieces...` answers with its target `k_pieces` times, one piece at a time.
/// - `/probe` and `/probe/wait` have the priority of a probe, and `/now` that of an immediate answer.
class RunningServer {
 public:
  static constexpr std::size_t k_large_bytes = std::size_t{64} * 1024 * 1024;

  static constexpr std::size_t k_pieces = 1000;
  static constexpr std::size_t k_too_many_pieces = 10'000'000;

  explicit RunningServer(ServerOptions options = {});
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer();

  [[nodiscard]] const base::ListenAddress& address() const noexcept { return address_; }

  /// Returns the requests that reached the handler, as `<method> <target>`.
  [[nodiscard]] std::vector<std::string> handled();

  /// Returns the sender of the last request.
  [[nodiscard]] std::string last_peer();

  /// Waits until `count` requests have reached the handler.
  void wait_for_handled(std::size_t count);

  /// Waits until the log contains the text.
  void wait_for_log(std::string_view text);

  /// Waits until `count` connections are open.
  void wait_for_connections(std::size_t count);

  [[nodiscard]] std::size_t open_connections();

  [[nodiscard]] http::Counters counters();

  /// Answers the requests for `/wait`.
  void release();

  void stop();

  /// Returns the log lines since the last call.
  [[nodiscard]] std::string take_log() { return capture_.take(); }

 private:
  struct Inside;

  void run_on_loop(std::function<void()> work);
  void wait_until(const std::function<bool()>& condition);

  base::SystemClock clock_;
  Capture capture_;
  telemetry::Log log_;
  boost::asio::io_context io_{1};
  std::unique_ptr<Inside> inside_;
  base::ListenAddress address_;
  std::thread thread_;
};

}  // namespace reaper::test
