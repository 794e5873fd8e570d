#pragma once

#include "http/router.hpp"
#include "http/server_limits.hpp"

#include <cstddef>
#include <memory>

namespace reaper::http {

/// The requests of one listener whose answers are being worked out. Not all connections may wait for answers, since
/// those are never closed to make room.
class RequestLimiter {
 public:
  struct Leave {
    void operator()(RequestLimiter* under_way) const noexcept { --under_way->count_; }
  };

  /// Counts one request for as long as it lives.
  using Permit = std::unique_ptr<RequestLimiter, Leave>;

  /// Lets a request begin; null if too many are under way for one of this priority.
  [[nodiscard]] Permit enter(Priority priority, const ServerLimits& limits);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::size_t count_ = 0;
};

}  // namespace reaper::http
