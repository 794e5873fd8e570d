#include "bell.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace stress {

// std::atomic::wait only works within one process, so use futex(2) directly.
static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

void Bell::ring() noexcept {
  ++count_;
  ::syscall(SYS_futex, &count_, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void Bell::wait(std::uint32_t count, std::chrono::milliseconds time) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
  // Returns at once if the bell has rung already. After an interruption the caller checks again, so do not retry.
  ::syscall(SYS_futex, &count_, FUTEX_WAIT, count, &timeout, nullptr, 0);
}

}  // namespace stress
