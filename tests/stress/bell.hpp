#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace stress {

/// Wakes processes that share memory and wait for a change in it. A waiter first takes the count, then checks its
/// condition, then waits with that count, so it misses no ring.
class Bell {
 public:
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

  /// Call it after each change that a waiter may check for.
  void ring() noexcept;

  /// Waits until the bell has rung since that count, or until the time is over.
  void wait(std::uint32_t count, std::chrono::milliseconds time) noexcept;

 private:
  std::atomic<std::uint32_t> count_{0};
};

}  // namespace stress
