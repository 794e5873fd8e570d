#pragma once

#include "http/router.hpp"
#include "http/server_limits.hpp"

#include <cstddef>
#include <memory>

namespace reaper::http {

/// Limits the requests of one listener that are being answered. A connection that waits for its answer is never closed
/// to make room, so not all connections may wait for answers.
class RequestLimiter {
 public:
  struct Leave {
    void operator()(RequestLimiter* under_way) const noexcept { --under_way->count_; }
  };

  /// Counts one request as long as it lives.
  using Permit = std::unique_ptr<RequestLimiter, Leave>;

  /// Lets a request begin. Returns null if too many requests are under way for this priority.
  [[nodiscard]] Permit enter(Priority priority, const ServerLimits& limits);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::size_t count_ = 0;
};

}  // namespace reaper::http
