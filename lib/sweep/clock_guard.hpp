#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>

namespace reaper::sweep {

/// Detects jumps of the wall clock, by comparing it with the boot clock in every sweep.
///
/// After a jump the ages of existing charts are wrong by its size, so they must not expire by age. Ages are right again
/// once the clock is back, or once the maximum age has passed on the boot clock. Then every chart from before the jump
/// has truly reached that age.
class ClockGuard {
 public:
  /// A larger difference is a jump. NTP slewing and slow sweeps cause smaller ones.
  static constexpr std::chrono::minutes k_jump{5};

  struct Verdict {
    bool trusted = true;                ///< true if ages are right in this sweep
    std::chrono::nanoseconds jumped{};  ///< the size of a jump since the last sweep; zero if none
  };

  /// Call this once a sweep.
  [[nodiscard]] Verdict check(const base::Clock& clock, std::chrono::nanoseconds max_age);

 private:
  std::optional<std::chrono::nanoseconds> offset_;  // wall clock minus boot clock, at the last check
  std::optional<std::chrono::nanoseconds> before_;  // the same before the jump
  std::chrono::nanoseconds jumped_at_{};            // on the boot clock
};

}  // namespace reaper::sweep
