#include "sweep/limit_sweep_backoff.hpp"

#include <algorithm>

namespace reaper::sweep {
namespace {

/// No volume is written faster, not even one in memory by several writers.
constexpr double k_fastest_writer_bytes_per_second = 16.0 * 1024 * 1024 * 1024;

constexpr std::chrono::seconds k_shortest_pause{1};

}  // namespace

std::chrono::steady_clock::duration time_to_fill(std::uint64_t room_bytes) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(static_cast<double>(room_bytes) / k_fastest_writer_bytes_per_second));
}

void LimitSweepBackoff::note(const Report& report, Clock::duration longest, Clock::time_point now) {
  const bool helped = report.files_removed != 0 || !report.storage || !report.storage->next_removal ||
                      *report.storage->next_removal > report.storage->as_of;
  if (helped) return reset();
  pause_ =
      std::clamp<Clock::duration>(2 * pause_, k_shortest_pause, std::max<Clock::duration>(longest, k_shortest_pause));
  tried_ = now;
}

}  // namespace reaper::sweep
