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

/// How a test wants its server.
struct ServerOptions {
  base::ListenAddress address{base::ListenAddress::Kind::tcp, "127.0.0.1", 0, {}};
  http::Serves serves = http::Serves::everything;
  http::ServerLimits limits;
  http::AccessRules rules{true, false, std::nullopt, {}};
};

/// A server on a real socket, on a thread of its own. It refuses changes by the access rules, and answers with
/// `<method> <target>`, and:
/// `/throw` throws, `/large` answers with `k_large_bytes`, `/wait` answers once release() is called, `/pieces...` has
/// its target `k_pieces` times for a body, one piece at a time. `/probe` and
/// `/probe/wait` have the priority of a probe, `/now` that of what is answered at once.
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

  /// The requests that have reached the handler, as `<method> <target>`.
  [[nodiscard]] std::vector<std::string> handled();

  /// Who sent the last one.
  [[nodiscard]] std::string last_peer();

  /// Waits until so many requests have reached the handler.
  void wait_for_handled(std::size_t count);

  /// Waits until this has been logged.
  void wait_for_log(std::string_view text);

  /// Waits until so many connections are open.
  void wait_for_connections(std::size_t count);

  [[nodiscard]] std::size_t open_connections();

  [[nodiscard]] http::Counters counters();

  /// Lets the requests for `/wait` be answered.
  void release();

  void stop();

  /// What has been logged since the last call.
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
