#pragma once

#include "api/assessor.hpp"
#include "api/reload_json.hpp"
#include "api/request_metrics.hpp"
#include "api/route.hpp"
#include "api/server_state.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/router.hpp"
#include "retention/policy.hpp"
#include "sweep/sweep_operations.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "telemetry/process_usage.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::api {

/// The listener that a request came from.
enum class Listener : std::uint8_t {
  admin,    ///< serves every route
  metrics,  ///< serves only what everybody may read
};

/// The parts that the routes read from.
struct RoutesParts {
  sweep::SweepOperations& sweeps;
  const base::Clock& clock;
  telemetry::Log& log;
  const telemetry::ProcessObserver& process;
  const telemetry::AuditFile& audit;
  Assessor& assessor;

  /// Reloads the settings at once. The log names the client.
  std::function<ReloadResult(std::string_view asked_by)> reload = {};
};

/// Answers requests. Lives on the io_context's thread. Must outlive all running answers.
class Routes {
 public:
  explicit Routes(const RoutesParts& parts) : parts_(parts) {}

  /// Sets the state for later requests. Call it before the first request.
  void use(std::shared_ptr<const ServerState> state) { state_ = std::move(state); }

  /// Parses one request and checks the access of its sender.
  [[nodiscard]] http::RoutedRequest route(const http::Request& request, Listener listener);

 private:
  [[nodiscard]] std::optional<http::Response> refuse(const Route& route, const http::Request& request,
                                                     Listener listener) const;
  boost::asio::awaitable<http::Response> respond(const Route& route, const http::Request& request,
                                                 std::chrono::steady_clock::time_point began);
  boost::asio::awaitable<http::Response> answer(const Operation& operation, const http::Request& request);
  boost::asio::awaitable<http::Response> stats();
  boost::asio::awaitable<http::Response> sweep(sweep::Request order);
  boost::asio::awaitable<http::Response> metrics(const http::Request& request);
  boost::asio::awaitable<http::Response> ages();
  boost::asio::awaitable<http::Response> sets(const sweep::SetQuery& query);
  boost::asio::awaitable<http::Response> explain(const std::string& path);
  boost::asio::awaitable<http::Response> readiness();
  [[nodiscard]] http::Response usage() const;
  [[nodiscard]] http::Response health() const;
  [[nodiscard]] std::string why_removal_fails() const;
  [[nodiscard]] http::Response unanswered(sweep::QuestionOutcome outcome) const;
  [[nodiscard]] http::Response not_ready() const;
  [[nodiscard]] retention::Limits policy(const sweep::Snapshot& known) const;

  RoutesParts parts_;
  std::shared_ptr<const ServerState> state_;
  RequestMetrics requests_;
};

}  // namespace reaper::api
