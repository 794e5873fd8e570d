#pragma once

#include "api/metrics.hpp"
#include "api/route.hpp"
#include "api/wire.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "sweep/sweeps.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::api {

/// What the routes answer from.
struct RoutesParts {
  sweep::Sweeps& sweeps;
  const base::Clock& clock;
  telemetry::Log& log;
  std::function<GivenLimits()> limits;               ///< asked for each time: the settings may be read again
  std::function<std::optional<std::string>()> hung;  ///< what makes no progress any more; nothing if all does
  std::string version;
  std::function<std::vector<SandboxPart>()> sandbox;  ///< which parts of it are active
};

/// Answers requests; lives on the io_context's thread. It must outlive the answers that are under way.
class Routes {
 public:
  explicit Routes(RoutesParts parts) : parts_(std::move(parts)) {}

  /// The whole answer to one request, usable as an http::Handler. `request` must live until then.
  [[nodiscard]] boost::asio::awaitable<http::Response> handle(const http::Request& request);

 private:
  boost::asio::awaitable<http::Response> answer(const Route& route, const http::Request& request);
  boost::asio::awaitable<http::Response> stats();
  boost::asio::awaitable<http::Response> sweep(sweep::Request order);
  boost::asio::awaitable<http::Response> metrics();
  boost::asio::awaitable<http::Response> readiness();
  [[nodiscard]] http::Response health() const;
  [[nodiscard]] http::Response not_ready() const;

  RoutesParts parts_;
};

}  // namespace reaper::api
