#include "http/server.hpp"

#include "http/listener.hpp"
#include "http/session.hpp"
#include "http/socket_address.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/socket.h>
#include <boost/asio/as_tuple.hpp>
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

constexpr auto k_as_tuple = asio::as_tuple(asio::use_awaitable);

/// What fewer connections at once leave behind is soon used again.
constexpr std::size_t k_worth_releasing = 64;

/// What a failed coroutine failed with.
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
  asio::posix::stream_descriptor acceptor;  // a duplicate of the listener's socket, to wait on
  asio::steady_timer pause;
  std::set<std::shared_ptr<Session>> sessions;
  std::size_t max_sessions = 0;  // at once, since there was none
  bool stopping = false;
  bool short_of_resources = false;
};

/// Runs until stop().
asio::awaitable<void> Server::State::accept_connections() {
  while (!stopping) {
    const auto [wait_error] = co_await acceptor.async_wait(asio::posix::descriptor_base::wait_read, k_as_tuple);
    if (stopping) break;
    if (!wait_error && accept_one()) continue;
    pause.expires_after(shared.limits.accept_pause);
    const auto [pause_error] = co_await pause.async_wait(k_as_tuple);
    static_cast<void>(pause_error);  // stop() cancels the pause, and then the loop ends
  }
}

/// Accepts a connection if one is there. False if that failed in a way that only time mends: most likely descriptors or
/// memory have run out (accept(2)), and trying again at once would only burn the processor.
bool Server::State::accept_one() {
  const int connection = ::accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection >= 0) {
    short_of_resources = false;
    ++shared.counters.connections;
    start_session(connection);
    return true;
  }
  const int error_number = errno;
  // The client may have gone again before its turn came.
  if (error_number == EAGAIN || error_number == ECONNABORTED || error_number == EINTR) return true;
  ++shared.counters.accept_failures;
  if (!std::exchange(short_of_resources, true)) {
    shared.log.write(LogLevel::warning, "Cannot accept connections for the moment",
                     {{"error", base::errno_error(error_number, "accept4").message()}});
  }
  close_longest_waiting();
  return false;
}

void Server::State::start_session(int connection) {
  Socket socket(acceptor.get_executor());
  boost::system::error_code error;
  socket.assign({socket_address(listener.address()).family(), 0}, connection, error);
  if (error) {  // epoll has no memory for one more: as good as not accepted
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

/// Makes room by closing the connection that has been waiting for its client longest: idle, sending its request slowly,
/// or not taking its answer. False if there is none.
bool Server::State::close_longest_waiting() {
  // The sessions whose handler works have no wait, and must not be chosen.
  const auto waits = [](const auto& session) { return session->waiting().value_or(UINT64_MAX); };
  const auto longest = std::ranges::min_element(sessions, {}, waits);
  if (longest == sessions.end() || !(*longest)->waiting()) return false;
  // The set holds the session until it has been closed.
  (*longest)->close();
  sessions.erase(longest);
  return true;
}

void Server::State::end_session(const std::shared_ptr<Session>& session) {
  sessions.erase(session);
  if (!sessions.empty() || std::exchange(max_sessions, 0) < k_worth_releasing) return;
#ifdef __GLIBC__
  ::malloc_trim(0);  // by itself free(3) keeps what lies below anything that is in use
#endif
}

void Server::State::stop() {
  stopping = true;
  pause.cancel();
  boost::system::error_code ignored;  // the descriptor is gone whatever close(2) says
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
  // Asio closes what it waits on, so it gets a descriptor of its own.
  const int duplicate = ::fcntl(listener->descriptor(), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return base::last_error("fcntl", address.to_string());
  state_->acceptor.assign(duplicate);
  state_->listener = std::move(*listener);
  asio::co_spawn(
      state_->acceptor.get_executor(), state_->accept_connections(),
      [state = state_](const std::exception_ptr& failure) {
        if (!failure) return;
        state->shared.log.write(LogLevel::error, "No more connections are accepted", {{"error", what(failure)}});
      });
  return state_->listener.address();
}

void Server::stop() { state_->stop(); }

const Counters& Server::counters() const { return state_->shared.counters; }

std::size_t Server::open_connections() const { return state_->sessions.size(); }

}  // namespace reaper::http
