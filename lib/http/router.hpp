#pragma once

#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>

namespace reaper::http {

/// Which connections a request may occupy while it waits for its answer. One that waits for an answer is never closed
/// to make room, so not all of them may.
enum class Priority : std::uint8_t {
  question,   ///< up to ServerLimits::questions_under_way, so that those who ask leave room for those who act
  ordinary,   ///< up to ServerLimits::ordinary_under_way
  probe,      ///< up to ServerLimits::under_way, so that it gets through when no ordinary request does
  immediate,  ///< any, because its answer waits for nothing
};

/// A request whose route and sender have been judged.
struct RoutedRequest {
  Priority priority = Priority::ordinary;

  /// Makes the answer. It is called at most once, and this object and the request live until it is done.
  std::function<boost::asio::awaitable<Response>()> answer;
};

/// Routes one request. Neither this nor the answer may throw for anything a client can send; a session answers 500 if
/// they do.
using Router = std::function<RoutedRequest(const Request&)>;

}  // namespace reaper::http
