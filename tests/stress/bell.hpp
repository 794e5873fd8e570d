#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace stress {

/// Wakes processes that share memory and wait for a change in it. A waiter takes the count first, then looks at what it
/// waits for, then waits with that count: so it misses no ring.
class Bell {
 public:
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

  /// Call it after each change that a waiter may look for.
  void ring() noexcept;

  /// Waits until the bell has rung since that count, for at most this time.
  void wait(std::uint32_t count, std::chrono::milliseconds time) noexcept;

 private:
  std::atomic<std::uint32_t> count_{0};
};

}  // namespace stress
