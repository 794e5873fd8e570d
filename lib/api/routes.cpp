#include "api/routes.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <variant>

namespace reaper::api {
namespace {

sweep::Request order_for(const Route& route, const http::Request& request) {
  sweep::Request order;
  order.trigger = sweep::Trigger::request;
  order.dry_run = route.dry_run;
  order.set = route.set;
  order.asked_by = request.peer;
  if (route.endpoint == Endpoint::remove_set) order.scope = sweep::Scope::set;
  if (route.endpoint == Endpoint::remove_all) order.scope = sweep::Scope::everything;
  return order;
}

http::Response status_body(std::string_view status) {
  http::Response response;
  response.body = fmt::format(R"({{"status":"{}"}})", status);
  return response;
}

}  // namespace

boost::asio::awaitable<http::Response> Routes::handle(const http::Request& request) {
  std::variant<Route, http::Response> parsed = parse_route(request.method, request.target);
  if (auto* final_answer = std::get_if<http::Response>(&parsed)) co_return std::move(*final_answer);
  co_return co_await answer(std::get<Route>(parsed), request);
}

boost::asio::awaitable<http::Response> Routes::answer(const Route& route, const http::Request& request) {
  switch (route.endpoint) {
    case Endpoint::stats: co_return co_await stats();
    case Endpoint::metrics: co_return co_await metrics();
    case Endpoint::health: co_return health();
    case Endpoint::readiness: co_return co_await readiness();
    case Endpoint::cleanup:
    case Endpoint::remove_set:
    case Endpoint::remove_all: break;
  }
  co_return co_await sweep(order_for(route, request));
}

boost::asio::awaitable<http::Response> Routes::stats() {
  const std::shared_ptr<const sweep::Storage> storage = co_await parts_.sweeps.storage();
  if (!storage) co_return not_ready();
  http::Response response;
  response.body = stats_body(*storage, parts_.sweeps.progress(), parts_.limits(), parts_.clock.now());
  co_return response;
}

boost::asio::awaitable<http::Response> Routes::sweep(sweep::Request order) {
  // Said before it is done: the report at its end is lost if the program is.
  if (order.scope == sweep::Scope::everything && order.dry_run == sweep::DryRun::no)
    parts_.log.write(base::LogLevel::warning, "All charts are to be removed", {{"asked_by", order.asked_by}});
  const std::shared_ptr<const sweep::Report> report = co_await parts_.sweeps.sweep(std::move(order));
  co_return sweep_answer(*report);
}

boost::asio::awaitable<http::Response> Routes::metrics() {
  const std::shared_ptr<const sweep::Storage> storage = co_await parts_.sweeps.storage();
  const MetricsSource source{parts_.version,
                             parts_.limits(),
                             parts_.clock.now(),
                             storage.get(),
                             parts_.sweeps.totals(),
                             parts_.sweeps.problem().empty(),
                             parts_.log.dropped_lines(),
                             parts_.sandbox()};
  http::Response response;
  response.content_type = k_metrics_content_type;
  response.body = metrics_text(source);
  co_return response;
}

/// Of the program alone: a broken volume is no reason to restart it.
http::Response Routes::health() const {
  if (const std::optional<std::string> reason = parts_.hung()) return http::problem(503, *reason);
  return status_body("ok");
}

boost::asio::awaitable<http::Response> Routes::readiness() {
  co_await parts_.sweeps.check_root();
  const std::shared_ptr<const sweep::Storage> storage = parts_.sweeps.last_storage();
  if (!parts_.sweeps.problem().empty() || !storage || !storage->complete) co_return not_ready();
  co_return status_body("ready");
}

http::Response Routes::not_ready() const {
  const std::string& problem = parts_.sweeps.problem();
  if (problem.empty()) return http::problem(503, "The chart directory has not been looked through yet.");
  return http::problem(503, problem);
}

}  // namespace reaper::api
