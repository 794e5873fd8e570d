#pragma once

#include <atomic>
#include <cstdint>

namespace reaper::volume {

/// The current kind of file work.
enum class Activity : std::uint8_t { idle, scanning, removing };

/// The progress of the file work. The worker writes it; other threads may read it at any time.
struct Progress {
  std::atomic<std::uint64_t> steps{0};  ///< grows after every system call; stands still while the volume hangs
  std::atomic<Activity> activity{Activity::idle};
  std::atomic<std::uint64_t> charts_seen{0};
  std::atomic<std::uint64_t> charts_removed{0};
  std::atomic<std::uint64_t> bytes_freed{0};

  void step() noexcept { increase(steps, 1); }

  /// Only one thread writes, so no atomic read-modify-write is needed.
  static void increase(std::atomic<std::uint64_t>& counter, std::uint64_t by) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
};

}  // namespace reaper::volume
