#include "sweep/limit_sweep_backoff.hpp"

#include <algorithm>

namespace reaper::sweep {
namespace {

/// No volume can be written faster, not even one in memory with several writers.
constexpr double k_max_write_bytes_per_second = 16.0 * 1024 * 1024 * 1024;

constexpr std::chrono::seconds k_min_delay{1};

}  // namespace

std::chrono::steady_clock::duration time_to_fill(std::uint64_t room_bytes) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(static_cast<double>(room_bytes) / k_max_write_bytes_per_second));
}

void LimitSweepBackoff::note(const Report& report, Clock::duration max_delay, Clock::time_point now) {
  const bool helped = report.files_removed != 0 || !report.storage || !report.storage->next_removal ||
                      *report.storage->next_removal > report.storage->as_of;
  if (helped) return reset();
  delay_ = std::clamp<Clock::duration>(2 * delay_, k_min_delay, std::max<Clock::duration>(max_delay, k_min_delay));
  last_fruitless_ = now;
}

}  // namespace reaper::sweep
