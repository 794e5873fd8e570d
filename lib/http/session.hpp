#pragma once

#include "http/access_rules.hpp"
#include "http/auth_failure_limiter.hpp"
#include "http/counters.hpp"
#include "http/message.hpp"
#include "http/request_limiter.hpp"
#include "http/server.hpp"
#include "http/server_limits.hpp"
#include "http/socket_address.hpp"
#include "http/turns.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace reaper::http {

/// A connected socket of any family.
using Socket = boost::asio::generic::stream_protocol::socket;

/// State shared by the sessions of one listener.
struct Shared : ServerParts {
  Counters counters = {};
  AuthFailureLimiter failed_attempts = {};
  RequestLimiter under_way = {};
  Turns long_answers = {};
  std::uint64_t waits = 0;  ///< waits for clients begun so far, by all sessions
};

/// One connection. It reads, checks and answers requests one at a time.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, Peer peer, Shared& shared);

  /// Serves the connection until either side closes it. A client that disconnects is no error.
  boost::asio::awaitable<void> run();

  /// Returns the number of the current wait for the client, counted over all sessions; nothing while a request is
  /// answered. The lowest number has waited longest.
  [[nodiscard]] std::optional<std::uint64_t> waiting() const noexcept { return waiting_; }

  /// Closes the connection now.
  void close();

  /// Closes the connection after the current answer; at once if there is none.
  void finish();

 private:
  struct Arrival;
  struct Answer;
  enum class Expiry { cancel, close };

  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<std::optional<Arrival>> receive();
  boost::asio::awaitable<bool> receive_some();
  Arrival take_request(std::optional<Response> refusal, std::size_t head_length);
  boost::asio::awaitable<void> answer(const Request& request, Answer& reply);
  boost::asio::awaitable<Response> respond(const Request& request);
  boost::asio::awaitable<Response> handle(const Request& request);
  boost::asio::awaitable<void> complete(Response& response);
  boost::asio::awaitable<void> note_failed_attempt(const Request& request, unsigned status);
  boost::asio::awaitable<bool> send(Answer answer);
  boost::asio::awaitable<void> linger();
  void begin_wait(std::chrono::milliseconds time, Expiry expiry);
  void end_wait();

  Socket socket_;
  boost::asio::steady_timer timer_;
  Peer peer_;
  Shared* shared_;
  std::string buffer_;  // bytes received and not yet parsed
  std::optional<std::uint64_t> waiting_;
  std::size_t served_ = 0;
  bool answering_ = false;
  bool expired_ = false;
  bool finishing_ = false;
};

}  // namespace reaper::http
