#include "http/client.hpp"

#include "http/socket_address.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/beast/http/write.hpp>

#include <cerrno>
#include <exception>

namespace reaper::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// The routes that commands use answer with a few kilobytes. A server that sends more is not the daemon.
constexpr std::uint64_t k_max_body_bytes = 1024 * 1024;

/// Returns an address to connect to. A listener on all addresses is reachable on loopback.
base::ListenAddress reachable(base::ListenAddress address) {
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return address;
}

asio::awaitable<ClientAnswer> exchange(const base::ListenAddress& address, const ClientRequest& asked,
                                       std::chrono::milliseconds deadline) {
  const SocketAddress server = socket_address(address);
  const asio::generic::stream_protocol::endpoint endpoint(server.get(), server.length);
  beast::basic_stream<asio::generic::stream_protocol> stream(co_await asio::this_coro::executor);
  stream.expires_after(deadline);  // one deadline for everything below
  co_await stream.async_connect(endpoint, asio::use_awaitable);

  const auto method = beast::http::string_to_verb(to_string(asked.method));
  beast::http::request<beast::http::empty_body> request(method, asked.target, 11);
  const bool is_tcp = address.kind == base::ListenAddress::Kind::tcp;
  request.set(beast::http::field::host, is_tcp ? address.to_string() : "localhost");
  request.set(beast::http::field::connection, "close");
  if (!asked.token.empty()) request.set(beast::http::field::authorization, "Bearer " + asked.token);
  co_await beast::http::async_write(stream, request, asio::use_awaitable);

  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(k_max_body_bytes);
  co_await beast::http::async_read(stream, buffer, parser, asio::use_awaitable);
  co_return ClientAnswer{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace

base::Result<ClientAnswer> ask(const base::ListenAddress& address, const ClientRequest& request,
                               std::chrono::milliseconds deadline) {
  const base::ListenAddress server = reachable(address);
  asio::io_context io(1);
  std::exception_ptr failure;
  ClientAnswer answer;
  asio::co_spawn(io, exchange(server, request, deadline), [&](const std::exception_ptr& error, ClientAnswer received) {
    failure = error;
    answer = std::move(received);
  });
  io.run();
  if (!failure) return answer;
  const std::string operation = fmt::format("{} {} of", to_string(request.method), request.target);
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    const bool timed_out = error.code() == beast::error::timeout;
    if (timed_out) return base::errno_error(ETIMEDOUT, operation, server.to_string());
    return base::Error{error.code(), operation, server.to_string()};
  }
}

}  // namespace reaper::http
