#include "http/session.hpp"

#include "http/as_tuple.hpp"
#include "http/head_scanner.hpp"
#include "http/protocol.hpp"
#include "http/wire_message.hpp"

#include <unistd.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <exception>

namespace reaper::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using telemetry::LogLevel;

/// The size of one read. A usual request fits.
constexpr std::size_t k_read_bytes = 4096;

constexpr const char* k_reading_methods = "GET, HEAD, OPTIONS";

Response method_not_allowed() {
  Response refusal = problem(405, "This listener is read-only: use GET or HEAD.");
  refusal.headers.emplace_back("Allow", k_reading_methods);
  return refusal;
}

/// 200, not 204, because load balancers probe with `OPTIONS /`, and some of them accept only 200.
Response reading_methods() { return Response{200, {}, {}, {{"Allow", k_reading_methods}}}; }

Response allowed_methods() { return Response{204, {}, {}, {{"Allow", std::string(k_methods)}}}; }

Response too_many_requests() {
  Response refusal =
      problem(503,
              "Too many requests are waiting, most likely for a sweep or a slow volume. Try again in a second; "
              "/healthz still answers.");
  refusal.headers.emplace_back("Retry-After", "1");
  return refusal;
}

}  // namespace

/// A request that has arrived, or the answer that refuses it.
struct Session::Arrival {
  OrRefusal<Request> request;
  bool with_body = true;  ///< false for HEAD, even if it is refused
};

/// A response and the way to send it.
struct Session::Answer {
  Response response;
  bool with_body = true;
  bool keep_alive = false;
};

Session::Session(Socket socket, Peer peer, Shared& shared)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), peer_(std::move(peer)), shared_(&shared) {}

asio::awaitable<void> Session::run() {
  for (;;) {
    const bool goes_on = co_await serve_one();
    if (!goes_on) break;
  }
  co_await linger();
  close();
}

void Session::close() {
  boost::system::error_code ignored;  // the descriptor is closed even if close(2) fails
  socket_.close(ignored);
  timer_.cancel();
}

void Session::finish() {
  finishing_ = true;
  if (!answering_) close();
}

/// Starts a wait for the client. A timeout of a read only cancels the read, so that an answer can still be sent. A
/// timeout of a write closes the socket, because cancelling has no effect between two system calls.
void Session::begin_wait(std::chrono::milliseconds time, Expiry expiry) {
  expired_ = false;
  if (!waiting_) waiting_ = ++shared_->waits;
  timer_.expires_after(time);
  timer_.async_wait([weak = weak_from_this(), expiry](boost::system::error_code error) {
    const auto self = weak.lock();
    // A handler that was already queued runs without an error even if the wait was restarted or ended.
    if (error || !self || !self->waiting_ || self->timer_.expiry() > std::chrono::steady_clock::now()) return;
    self->expired_ = true;
    boost::system::error_code ignored;
    if (expiry == Expiry::close) return self->close();
    self->socket_.cancel(ignored);
  });
}

void Session::end_wait() {
  waiting_.reset();
  timer_.cancel();
}

/// Reads and answers one request. Returns false if the connection ends after it.
asio::awaitable<bool> Session::serve_one() {
  std::optional<Arrival> arrival = co_await receive();
  if (!arrival) {
    close();
    co_return false;
  }
  answering_ = true;
  Answer reply{.response = {}, .with_body = arrival->with_body, .keep_alive = false};
  if (arrival->request.has_error()) reply.response = arrival->request.error();
  else co_await answer(*arrival->request, reply);
  const bool goes_on = co_await send(std::move(reply));
  answering_ = false;
  co_return goes_on;
}

/// Returns the next request, or the answer that refuses it. Returns nothing if the client has gone or sent nothing.
asio::awaitable<std::optional<Session::Arrival>> Session::receive() {
  HeadScanner scanner;
  bool begun = !buffer_.empty();
  begin_wait(begun ? shared_->limits.head_time : shared_->limits.idle_time, Expiry::cancel);
  for (;;) {
    std::optional<Response> refusal = scanner.scan(buffer_);
    if (refusal || scanner.head_length() > 0) {
      end_wait();
      co_return take_request(std::move(refusal), scanner.head_length());
    }
    const bool received = co_await receive_some();
    if (!received) {
      end_wait();
      if (!expired_ || buffer_.empty()) co_return std::nullopt;
      ++shared_->counters.timeouts;
      co_return Arrival{problem(408, "The request did not arrive in time."), !asks_for_head_only(buffer_)};
    }
    if (!begun) begin_wait(shared_->limits.head_time, Expiry::cancel);
    begun = true;
  }
}

/// Removes the head from the front of the buffer, and parses it unless it is refused already.
Session::Arrival Session::take_request(std::optional<Response> refusal, std::size_t head_length) {
  const bool with_body = !asks_for_head_only(buffer_);
  OrRefusal<Request> request =
      refusal ? *std::move(refusal) : read_request(std::string_view(buffer_).substr(0, head_length));
  buffer_.erase(0, head_length);
  if (request) request->peer = peer_.name;
  else ++shared_->counters.malformed;
  return {std::move(request), with_body};
}

/// Appends received bytes to the buffer. Returns false at the end of the stream, on an error, or after the timeout.
asio::awaitable<bool> Session::receive_some() {
  const std::size_t before = buffer_.size();
  buffer_.resize(before + k_read_bytes);
  const auto [error, count] =
      co_await socket_.async_read_some(asio::buffer(buffer_.data() + before, k_read_bytes), k_as_tuple);
  buffer_.resize(before + count);
  co_return !error && !expired_;
}

/// Answers a request that has passed the protocol checks.
asio::awaitable<void> Session::answer(const Request& request, Answer& reply) {
  if (auto refusal = peer_.user ? refuse_user(*peer_.user, ::geteuid(), shared_->group) : std::nullopt) {
    co_await note_failed_attempt(request, refusal->status);
    reply.response = *std::move(refusal);
    co_return;
  }
  ++shared_->counters.requests;
  reply.response = co_await respond(request);
  reply.keep_alive = request.keep_alive && ++served_ < shared_->limits.requests_per_connection;
}

/// Answers a request of a user who may use the listener.
asio::awaitable<Response> Session::respond(const Request& request) {
  const bool is_read = request.method == Method::get || request.method == Method::head;
  if (shared_->serves == Serves::reading && !is_read)
    co_return request.method == Method::options ? reading_methods() : method_not_allowed();
  if (request.target == "*") co_return allowed_methods();
  try {
    Response response = co_await handle(request);
    // Also for reads of names: they must not be an easy way to guess the token either.
    if (response.status == 401 || response.status == 403) co_await note_failed_attempt(request, response.status);
    co_return response;
  } catch (const std::exception& error) {
    shared_->log.write(LogLevel::error, "Error while answering a request",
                       {{"method", to_string(request.method)}, {"target", request.target}, {"error", error.what()}});
  }
  co_return problem(500, "The request failed; the log says why.");
}

/// Returns the router's answer, or 503 if too many requests are under way.
asio::awaitable<Response> Session::handle(const Request& request) {
  const RoutedRequest routed = shared_->router(request);
  if (const auto permit = shared_->under_way.enter(routed.priority, shared_->limits)) {
    Response response = co_await routed.answer();
    co_await complete(response);
    co_return response;
  }
  ++shared_->counters.turned_away;
  co_return too_many_requests();
}

/// Makes the rest of a long body. Only one session at a time does this, and other sessions run between two pieces. So a
/// request whose answer is ready never waits for more than one piece, however many clients want long answers.
asio::awaitable<void> Session::complete(Response& response) {
  if (!response.more) co_return;
  const auto turn = co_await shared_->long_answers.next(socket_.get_executor());
  while (response.more(response.body)) co_await asio::post(socket_.get_executor(), asio::use_awaitable);
}

/// Counts the refused request, logs it if the log does not have enough of them, and delays the answer if there were
/// many. During the delay the connection counts as waiting for its client, so it may be closed to make room.
asio::awaitable<void> Session::note_failed_attempt(const Request& request, unsigned status) {
  ++shared_->counters.failed_attempts;
  const auto verdict = shared_->failed_attempts.add(std::chrono::steady_clock::now());
  if (verdict.logged) {
    shared_->log.write(LogLevel::warning, "Request refused",
                       {{"status", status},
                        {"method", to_string(request.method)},
                        {"target", request.sent_target},
                        {"peer", request.peer},
                        {"left_out", verdict.left_out}});
  }
  if (!verdict.slowed) co_return;
  waiting_ = ++shared_->waits;
  timer_.expires_after(AuthFailureLimiter::k_delay);
  const auto [cancelled] = co_await timer_.async_wait(k_as_tuple);
  static_cast<void>(cancelled);  // close() cancels it, and the answer is not sent
  end_wait();
}

/// Sends the answer. Returns true if the connection stays open for the next request.
asio::awaitable<bool> Session::send(Answer answer) {
  const bool keep_alive = answer.keep_alive && !finishing_;
  const WireMessage message = to_wire_message(std::move(answer.response), keep_alive);
  beast_http::response_serializer<WireMessage::body_type> serializer(message);
  begin_wait(shared_->limits.write_time, Expiry::close);
  boost::system::error_code error;
  if (answer.with_body) {
    error = std::get<0>(co_await beast_http::async_write(socket_, serializer, k_as_tuple));
  } else {
    error = std::get<0>(co_await beast_http::async_write_header(socket_, serializer, k_as_tuple));
  }
  end_wait();
  if (error && expired_) ++shared_->counters.timeouts;
  if (error) close();
  co_return keep_alive && !error && !finishing_;  // the server may have been stopped meanwhile
}

/// Shuts down sending, then reads and discards until the client closes. If we closed with bytes unread, the kernel
/// would send a reset, which can destroy the answer on its way (RFC 9112, 9.6).
asio::awaitable<void> Session::linger() {
  boost::system::error_code error;
  if (finishing_ || !socket_.is_open()) co_return;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) co_return;
  begin_wait(shared_->limits.linger_time, Expiry::cancel);
  for (;;) {
    buffer_.clear();
    const bool received = co_await receive_some();
    if (!received) break;
  }
  end_wait();
}

}  // namespace reaper::http
