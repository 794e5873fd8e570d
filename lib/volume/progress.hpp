#pragma once

#include <atomic>
#include <cstdint>

namespace reaper::volume {

/// What the file work is at.
enum class Activity : std::uint8_t { idle, scanning, removing };

/// How far the file work has come. Written by the worker, read from other threads at any time.
struct Progress {
  std::atomic<std::uint64_t> steps{0};  ///< moves whenever a system call has come back: a hung volume stops it
  std::atomic<Activity> activity{Activity::idle};
  std::atomic<std::uint64_t> charts_seen{0};
  std::atomic<std::uint64_t> charts_removed{0};
  std::atomic<std::uint64_t> bytes_freed{0};

  void step() noexcept { increase(steps, 1); }

  /// Only one thread writes, so that this need not be one operation for the processor.
  static void increase(std::atomic<std::uint64_t>& counter, std::uint64_t by) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
};

}  // namespace reaper::volume
