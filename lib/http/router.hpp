#pragma once

#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>

namespace reaper::http {

/// The share of connections that requests of a kind may occupy while they are answered. A connection that waits for an
/// answer is never closed to make room, so not all may wait.
enum class Priority : std::uint8_t {
  question,   ///< up to ServerLimits::questions_under_way, so that questions leave room for changes
  ordinary,   ///< up to ServerLimits::ordinary_under_way
  probe,      ///< up to ServerLimits::under_way, so that probes succeed when ordinary requests do not
  immediate,  ///< no limit, because its answer waits for nothing
};

/// A request after routing and access control.
struct RoutedRequest {
  Priority priority = Priority::ordinary;

  /// Makes the answer. Called at most once. This object and the request live until it has finished.
  std::function<boost::asio::awaitable<Response>()> answer;
};

/// Routes one request. Neither routing nor the answer may throw, whatever a client sends; the session answers 500 if
/// they do.
using Router = std::function<RoutedRequest(const Request&)>;

}  // namespace reaper::http
