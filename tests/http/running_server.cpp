#include "http/running_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <stdexcept>

namespace reaper::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// The members that only the loop's thread uses.
struct RunningServer::Inside {
  Inside(asio::io_context& io, telemetry::Log& log, const ServerOptions& options)
      : work(io.get_executor()),
        gate(io),
        server(io,
               {.log = log,
                .router = [this, rules = options.rules](const http::Request& request) { return route(request, rules); },
                .serves = options.serves,
                .limits = options.limits}) {
    gate.expires_at(std::chrono::steady_clock::time_point::max());
  }

  static http::Priority priority_of(const std::string& target) {
    if (target == "/now") return http::Priority::immediate;
    return target.starts_with("/probe") ? http::Priority::probe : http::Priority::ordinary;
  }

  /// Checks access for changes only.
  http::RoutedRequest route(const http::Request& request, const http::AccessRules& rules) {
    if (const auto refusal = is_safe(request.method) ? std::nullopt : http::refuse_access(request, rules))
      return {http::Priority::immediate, [refusal] { return refuse(*refusal); }};
    return {priority_of(request.target), [this, &request] { return handle(request); }};
  }

  static asio::awaitable<http::Response> refuse(http::Response refusal) { co_return refusal; }

  asio::awaitable<http::Response> handle(const http::Request& request) {
    handled.push_back(std::string(to_string(request.method)) + " " + request.target);
    last_peer = request.peer;
    http::Response response{200, "text/plain", handled.back(), {}};
    if (request.target == "/throw") throw std::runtime_error("thrown on purpose");
    if (request.target == "/large") response.body.assign(k_large_bytes, 'x');
    if (request.target.starts_with("/pieces")) {
      response.body.clear();
      response.more = [this, target = request.target](std::string& body) { return append_piece(target, body); };
    }
    if (request.target.ends_with("/wait")) {
      const auto [released] = co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
      static_cast<void>(released);  // always "cancelled": opening the gate cancels its timer
    }
    co_return response;
  }

  /// Ends `/pieces/until-now` once `/now` has been answered, or after so many pieces that it never will be.
  bool append_piece(const std::string& target, std::string& body) {
    body += target;
    const bool answered_now = std::ranges::find(handled, "GET /now") != handled.end();
    const std::size_t enough = target == "/pieces/until-now" ? (answered_now ? 0 : k_too_many_pieces) : k_pieces;
    return body.size() < enough * target.size();
  }

  asio::executor_work_guard<asio::io_context::executor_type> work;
  asio::steady_timer gate;
  std::vector<std::string> handled;
  std::string last_peer;
  http::Server server;
};

RunningServer::RunningServer(ServerOptions options)
    : capture_(capture_pipe()),
      log_(clock_, capture_.writer.get()),
      inside_(std::make_unique<Inside>(io_, log_, options)),
      address_(inside_->server.listen(options.address).value()),
      thread_([this] { io_.run(); }) {}

RunningServer::~RunningServer() {
  run_on_loop([this] { inside_->server.stop(); });
  io_.stop();
  thread_.join();
}

void RunningServer::run_on_loop(std::function<void()> work) {
  std::promise<void> done;
  asio::post(io_, [&] {
    work();
    done.set_value();
  });
  done.get_future().get();
}

/// Polls the condition on the loop, which lets the loop do its work in between.
void RunningServer::wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  for (bool fulfilled = false; !fulfilled;) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the server does not get there");
    run_on_loop([&] { fulfilled = condition(); });
  }
}

std::vector<std::string> RunningServer::handled() {
  std::vector<std::string> copy;
  run_on_loop([&] { copy = inside_->handled; });
  return copy;
}

std::string RunningServer::last_peer() {
  std::string copy;
  run_on_loop([&] { copy = inside_->last_peer; });
  return copy;
}

std::size_t RunningServer::open_connections() {
  std::size_t count = 0;
  run_on_loop([&] { count = inside_->server.open_connections(); });
  return count;
}

http::Counters RunningServer::counters() {
  http::Counters copy;
  run_on_loop([&] { copy = inside_->server.counters(); });
  return copy;
}

void RunningServer::wait_for_handled(std::size_t count) {
  wait_until([&] { return inside_->handled.size() == count; });
}

void RunningServer::wait_for_log(std::string_view text) {
  std::string logged;
  wait_until([&] { return (logged += capture_.take()).find(text) != std::string::npos; });
}

void RunningServer::wait_for_connections(std::size_t count) {
  wait_until([&] { return inside_->server.open_connections() == count; });
}

void RunningServer::release() {
  run_on_loop([this] { inside_->gate.cancel(); });
}

void RunningServer::stop() {
  run_on_loop([this] { inside_->server.stop(); });
}

}  // namespace reaper::test
