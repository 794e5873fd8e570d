#include "http/server.hpp"

#include "http/as_tuple.hpp"
#include "http/listener.hpp"
#include "http/session.hpp"
#include "http/socket_address.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/socket.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <set>

namespace reaper::http {
namespace {

namespace asio = boost::asio;
using telemetry::LogLevel;

/// The memory of fewer connections is soon used again, so it is not given back to the system.
constexpr std::size_t k_worth_releasing = 64;

/// Returns the message of an exception.
std::string what(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an unknown exception";
  }
}

}  // namespace

struct Server::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, Shared shared_by_sessions)
      : shared(std::move(shared_by_sessions)), acceptor(io), pause(io) {}

  asio::awaitable<void> accept_connections();
  bool accept_one();
  void start_session(int connection);
  bool close_longest_waiting();
  void end_session(const std::shared_ptr<Session>& session);
  void stop();

  Shared shared;
  Listener listener;
  asio::posix::stream_descriptor acceptor;  // a duplicate of the listener's socket, used to wait
  asio::steady_timer pause;
  std::set<std::shared_ptr<Session>> sessions;
  std::size_t max_sessions = 0;  // highest number since there was none
  bool stopping = false;
  bool short_of_resources = false;
};

/// Accepts connections until stop().
asio::awaitable<void> Server::State::accept_connections() {
  while (!stopping) {
    const auto [wait_error] = co_await acceptor.async_wait(asio::posix::descriptor_base::wait_read, k_as_tuple);
    if (stopping) break;
    if (!wait_error && accept_one()) continue;
    pause.expires_after(shared.limits.accept_pause);
    const auto [pause_error] = co_await pause.async_wait(k_as_tuple);
    static_cast<void>(pause_error);  // stop() cancels the pause, and the loop ends
  }
}

/// Accepts a connection if one is waiting. Returns false after an error that only time can fix, usually lack of
/// descriptors or memory (accept(2)). The caller must pause then: trying again at once would only use up the processor.
bool Server::State::accept_one() {
  const int connection = ::accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection >= 0) {
    short_of_resources = false;
    ++shared.counters.connections;
    start_session(connection);
    return true;
  }
  const int error_number = errno;
  // The client may have disconnected before it was accepted.
  if (error_number == EAGAIN || error_number == ECONNABORTED || error_number == EINTR) return true;
  ++shared.counters.accept_failures;
  if (!std::exchange(short_of_resources, true)) {
    shared.log.write(LogLevel::warning, "Cannot accept connections for the moment",
                     {{"error", base::errno_error(error_number, "accept4")}});
  }
  close_longest_waiting();
  return false;
}

void Server::State::start_session(int connection) {
  Socket socket(acceptor.get_executor());
  boost::system::error_code error;
  socket.assign({socket_address(listener.address()).family(), 0}, connection, error);
  if (error) {  // epoll has no memory for one more; treat it as not accepted
    base::FileDescriptor(connection).reset();
    return;
  }
  if (sessions.size() >= shared.limits.connections) {
    ++shared.counters.closed_for_room;
    if (!close_longest_waiting()) return;
  }
  const auto session = std::make_shared<Session>(std::move(socket), peer_of(connection), shared);
  sessions.insert(session);
  max_sessions = std::max(max_sessions, sessions.size());
  asio::co_spawn(acceptor.get_executor(), session->run(),
                 [self = shared_from_this(), session](const std::exception_ptr& failure) {
                   self->end_session(session);
                   if (!failure) return;
                   self->shared.log.write(LogLevel::error, "Error in a connection", {{"error", what(failure)}});
                 });
}

/// Closes the connection that has waited longest for its client: idle, sending slowly or reading slowly. Returns false
/// if no connection waits.
bool Server::State::close_longest_waiting() {
  // A session whose request is being answered does not wait and must not be chosen.
  const auto waits = [](const auto& session) { return session->waiting().value_or(UINT64_MAX); };
  const auto longest = std::ranges::min_element(sessions, {}, waits);
  if (longest == sessions.end() || !(*longest)->waiting()) return false;
  // The set keeps the session alive until it is closed.
  (*longest)->close();
  sessions.erase(longest);
  return true;
}

void Server::State::end_session(const std::shared_ptr<Session>& session) {
  sessions.erase(session);
  if (!sessions.empty() || std::exchange(max_sessions, 0) < k_worth_releasing) return;
#ifdef __GLIBC__
  ::malloc_trim(0);  // free(3) alone keeps all memory below a block in use
#endif
}

void Server::State::stop() {
  stopping = true;
  pause.cancel();
  boost::system::error_code ignored;  // the descriptor is closed even if close(2) fails
  acceptor.close(ignored);
  listener.close();
  for (const auto& session : sessions) session->finish();
}

Server::Server(asio::io_context& io, ServerParts parts)
    : state_(std::make_shared<State>(io, Shared{{std::move(parts)}})) {}

Server::~Server() { stop(); }

base::Result<base::ListenAddress> Server::listen(const base::ListenAddress& address) {
  auto listener = Listener::open(address, state_->shared.group);
  if (!listener) return listener.error();
  // Asio closes the descriptor that it waits on, so give it a duplicate.
  const int duplicate = ::fcntl(listener->descriptor(), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return base::last_error("fcntl", address.to_string());
  state_->acceptor.assign(duplicate);
  state_->listener = std::move(*listener);
  asio::co_spawn(state_->acceptor.get_executor(), state_->accept_connections(),
                 [state = state_](const std::exception_ptr& failure) {
                   if (!failure) return;
                   state->shared.log.write(LogLevel::error, "The listener has stopped accepting connections",
                                           {{"error", what(failure)}});
                 });
  return state_->listener.address();
}

void Server::stop() { state_->stop(); }

const Counters& Server::counters() const { return state_->shared.counters; }

std::size_t Server::open_connections() const { return state_->sessions.size(); }

}  // namespace reaper::http
