#include "http/wire_message.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <string>
#include <utility>

namespace reaper::http {
namespace {

namespace beast_http = boost::beast::http;

/// Returns the current time as IMF-fixdate (RFC 9110, 5.6.7). Nothing depends on it, so the clock is not passed in.
std::string http_date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", now);
}

}  // namespace

WireMessage to_wire_message(Response response, bool keep_alive) {
  WireMessage message;
  message.result(response.status);
  message.set(beast_http::field::server, "chart-reaper");
  message.set(beast_http::field::date, http_date());
  message.set(beast_http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  // Send it in both cases, because the default differs between HTTP/1.0 and 1.1 (RFC 9112, 9.3).
  message.set(beast_http::field::connection, keep_alive ? "keep-alive" : "close");
  if (!response.content_type.empty()) message.set(beast_http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  // RFC 9110, 8.6: a 204 has no Content-Length; the answer to HEAD has that of GET.
  if (response.status != 204) message.content_length(response.body.size());
  message.body() = std::move(response.body);
  return message;
}

}  // namespace reaper::http
