#include "api/routes.hpp"

#include "api/assessment_json.hpp"
#include "api/embedded.hpp"
#include "api/figures_json.hpp"
#include "api/history_json.hpp"
#include "api/json_answer.hpp"
#include "api/metrics.hpp"
#include "api/negotiation.hpp"
#include "api/paused.hpp"
#include "api/statistics_json.hpp"
#include "api/sweep_json.hpp"
#include "base/printable.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>
#include <variant>

namespace reaper::api {
namespace {

sweep::Request order_for(const Operation& operation, const http::Request& request) {
  sweep::Request order;
  order.trigger = sweep::Trigger::request;
  order.dry_run = operation.dry_run;
  order.set = operation.set;
  order.asked_by = request.peer;
  if (operation.endpoint == Endpoint::remove_set) order.scope = sweep::Scope::set;
  if (operation.endpoint == Endpoint::remove_all) order.scope = sweep::Scope::everything;
  return order;
}

/// Returns a 503 that asks the client to try again in a second.
http::Response come_back(std::string why) {
  http::Response response = http::problem(503, std::move(why));
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

/// Returns the page. Its policy lets it run only its own script and style, and connect only to its origin, whatever got
/// into it.
http::Response page() {
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = k_page;
  response.headers.emplace_back("Content-Security-Policy", k_page_policy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

/// Returns the answer about a chart that is not known. `storage` has the figures of the volume, or is null.
http::Response no_chart(const std::string& path, const sweep::Storage* storage) {
  if (storage == nullptr || !storage->unseen_since)
    return http::problem(404, fmt::format("There is no chart '{}'.", base::printable(path)));
  return http::problem(404, fmt::format("The last full scan, begun at {}, found no chart '{}'. The volume does not "
                                        "report charts that were written later.",
                                        base::rfc3339(*storage->unseen_since), base::printable(path)));
}

/// Returns a coroutine that already has its answer.
boost::asio::awaitable<http::Response> ready_answer(http::Response response) { co_return response; }

http::Response status_answer(std::string_view status) {
  return json_answer(fmt::format(R"({{"status":"{}"}})", status));
}

}  // namespace

http::RoutedRequest Routes::route(const http::Request& request, Listener listener) {
  const auto began = std::chrono::steady_clock::now();
  Route route = parse_route(request.method, request.target);
  if (auto refusal = refuse(route, request, listener)) {
    // A refused change does not reach its route, so it is not counted there. It waits for nothing.
    if (!http::is_safe(request.method))
      return {http::Priority::immediate, [refusal = *std::move(refusal)] { return ready_answer(refusal); }};
    route.outcome = *std::move(refusal);
  }
  const http::Priority priority = route.priority;
  return {priority, [this, &request, began, route = std::move(route)] { return respond(route, request, began); }};
}

/// Returns a refusal, or nothing. Reading chart names or settings needs the same rights as a change. A change is
/// checked even if its route does not exist.
std::optional<http::Response> Routes::refuse(const Route& route, const http::Request& request,
                                             Listener listener) const {
  if (listener == Listener::metrics && route.audience != Audience::everybody)
    return http::problem(404, "This is served on the admin listener only.");
  if (http::is_safe(request.method) && route.audience != Audience::administrators) return {};
  return state_->access.refuse(request);
}

boost::asio::awaitable<http::Response> Routes::respond(const Route& route, const http::Request& request,
                                                       std::chrono::steady_clock::time_point began) {
  http::Response response;
  if (const auto* final_answer = std::get_if<http::Response>(&route.outcome)) response = *final_answer;
  else response = co_await answer(std::get<Operation>(route.outcome), request);
  requests_.note(route.label, request.method, response.status, std::chrono::steady_clock::now() - began);
  co_return response;
}

boost::asio::awaitable<http::Response> Routes::answer(const Operation& operation, const http::Request& request) {
  switch (operation.endpoint) {
    case Endpoint::stats: co_return co_await stats();
    case Endpoint::metrics: co_return co_await metrics(request);
    case Endpoint::health: co_return health();
    case Endpoint::page: co_return page();
    case Endpoint::openapi: co_return json_answer(std::string(k_openapi));
    case Endpoint::usage: co_return usage();
    case Endpoint::ages: co_return co_await ages();
    case Endpoint::sets: co_return co_await sets(operation.query.sets);
    case Endpoint::explain: co_return co_await explain(operation.query.path);
    case Endpoint::sweeps:
      co_return sweeps_answer(*parts_.sweeps.snapshot().history, state_->limits, pauses_of(parts_.assessor.assess()),
                              operation.query.limit);
    case Endpoint::removals: co_return removals_answer(*parts_.sweeps.snapshot().history, operation.query.limit);
    case Endpoint::config:
      co_return json_answer(config_body(state_->settings, parts_.sweeps.snapshot().root.volume.get()));
    case Endpoint::readiness: co_return co_await readiness();
    case Endpoint::reload: co_return reload_answer(parts_.reload(request.peer));
    case Endpoint::cleanup:
    case Endpoint::remove_set:
    case Endpoint::remove_all: break;
  }
  co_return co_await sweep(order_for(operation, request));
}

http::Response Routes::usage() const {
  const sweep::Snapshot known = parts_.sweeps.snapshot();
  return usage_answer(*known.usage, policy(known).max_size_bytes);
}

boost::asio::awaitable<http::Response> Routes::stats() {
  const std::shared_ptr<const sweep::Storage> storage = co_await parts_.sweeps.storage();
  const sweep::Snapshot known = parts_.sweeps.snapshot();
  if (!known.root.problem.empty()) co_return not_ready();
  co_return json_answer(
      stats_body({storage.get(), parts_.sweeps.progress(), state_->limits, policy(known).max_size_bytes,
                  parts_.clock.now(), parts_.assessor.assess(), known.root.role}));
}

boost::asio::awaitable<http::Response> Routes::sweep(sweep::Request order) {
  // Log this before the sweep, because a crash would lose the report.
  if (order.scope == sweep::Scope::everything && order.dry_run == sweep::DryRun::no)
    parts_.log.write(base::LogLevel::warning, "All charts are to be removed", {{"asked_by", order.asked_by}});
  std::shared_ptr<const sweep::Report> report = co_await parts_.sweeps.sweep(std::move(order));
  if (!report) co_return come_back("Too many different removals are waiting. Try again in a second.");
  co_return sweep_answer(std::move(report));
}

boost::asio::awaitable<http::Response> Routes::ages() {
  const std::shared_ptr<const sweep::AgeFigures> ages = co_await parts_.sweeps.ages();
  if (!ages) co_return not_ready();
  co_return json_answer(ages_body(*ages));
}

boost::asio::awaitable<http::Response> Routes::sets(const sweep::SetQuery& query) {
  sweep::SetsAnswer answer = co_await parts_.sweeps.sets(query);
  if (answer.outcome != sweep::QuestionOutcome::answered) co_return unanswered(answer.outcome);
  co_return sets_answer(std::move(answer.page), query.group);
}

boost::asio::awaitable<http::Response> Routes::explain(const std::string& path) {
  const sweep::ChartSearch search = co_await parts_.sweeps.find_chart(path);
  if (search.outcome != sweep::QuestionOutcome::answered) co_return unanswered(search.outcome);
  if (!search.chart && !search.unreadable.empty())
    co_return http::problem(503, fmt::format("chart-reaper cannot tell if there is a chart '{}', because its directory "
                                             "cannot be read: {}",
                                             base::printable(path), search.unreadable));
  if (!search.chart) co_return no_chart(path, parts_.sweeps.snapshot().storage.get());
  co_return json_answer(explain_body({path, *search.chart, policy(parts_.sweeps.snapshot()), state_->limits,
                                      parts_.clock.now(), why_removal_fails()}));
}

boost::asio::awaitable<http::Response> Routes::metrics(const http::Request& request) {
  const std::shared_ptr<const sweep::Storage> storage = co_await parts_.sweeps.storage();
  const sweep::Snapshot known = parts_.sweeps.snapshot();
  const MetricsSource source{state_->version,
                             state_->limits,
                             policy(known).max_size_bytes,
                             parts_.clock.now(),
                             storage.get(),
                             *known.totals,
                             *known.history,
                             requests_,
                             parts_.assessor.assess(),
                             state_->listeners,
                             parts_.process.read(),
                             state_->sandbox,
                             parts_.log.dropped_lines(),
                             parts_.audit.lost_lines(),
                             known.root.volume.get(),
                             known.root.role};
  const telemetry::MetricsFormat format = preferred_format(request.accept);
  http::Response response;
  response.content_type = content_type_of(format);
  response.body = metrics_text(source, format);
  co_return response;
}

/// Reports on the program only. A broken volume is no reason to restart it.
http::Response Routes::health() const {
  if (const std::string hang = parts_.assessor.hang(); !hang.empty()) return http::problem(503, hang);
  return status_answer("ok");
}

boost::asio::awaitable<http::Response> Routes::readiness() {
  co_await parts_.sweeps.check_root();
  const sweep::Snapshot known = parts_.sweeps.snapshot();
  const bool is_usable = parts_.assessor.assess().find(assessment::Code::root_unusable) == nullptr;
  if (!is_usable || !known.storage) co_return not_ready();
  co_return status_answer("ready");
}

/// Returns the limits that the next sweep will use, as far as known.
retention::Limits Routes::policy(const sweep::Snapshot& known) const {
  retention::Limits limits = state_->limits_on(known.root);
  const std::shared_ptr<const sweep::Report>& last = known.totals->last;
  if (last && last->age_rule_suspended) limits.age_rule = retention::AgeRule::suspended;
  return limits;
}

/// Returns the problem that prevents removals; empty if there is none.
std::string Routes::why_removal_fails() const {
  const assessment::Assessment& now = parts_.assessor.assess();
  for (const assessment::Code code : {assessment::Code::root_unusable, assessment::Code::removal_failing})
    if (const assessment::Problem* const problem = now.find(code);
        problem != nullptr && problem->severity == assessment::Severity::critical)
      return problem->sentence;
  return {};
}

http::Response Routes::unanswered(sweep::QuestionOutcome outcome) const {
  if (outcome != sweep::QuestionOutcome::too_many) return not_ready();
  return come_back("Too many different questions about charts are waiting. Try again in a second.");
}

http::Response Routes::not_ready() const {
  const assessment::Assessment& now = parts_.assessor.assess();
  if (const assessment::Problem* const unusable = now.find(assessment::Code::root_unusable))
    return unavailable(unusable->sentence, now);
  const assessment::Problem* const partial = now.find(assessment::Code::figures_partial);
  if (partial != nullptr && !parts_.sweeps.snapshot().storage) return come_back(partial->sentence);
  return come_back("A sweep is running, or the volume is slow. Try again in a second.");
}

}  // namespace reaper::api
