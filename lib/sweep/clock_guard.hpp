#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>

namespace reaper::sweep {

/// Notices that the wall clock has jumped, by comparing it with the boot clock from sweep to sweep.
///
/// After a jump the ages of the charts already there are wrong by as much, so they must not expire by age. They can be
/// believed again once the clock is back, or once the maximum age has passed by the boot clock: then every chart that
/// was there at the jump is truly that old.
class ClockGuard {
 public:
  /// Larger differences are jumps; smaller ones are what NTP slewing and a slow sweep come to.
  static constexpr std::chrono::minutes k_jump{5};

  struct Verdict {
    bool trusted = true;                ///< whether ages can be believed in this sweep
    std::chrono::nanoseconds jumped{};  ///< how far the clock has just jumped; zero if it has not
  };

  /// Called once a sweep.
  [[nodiscard]] Verdict check(const base::Clock& clock, std::chrono::nanoseconds max_age);

 private:
  std::optional<std::chrono::nanoseconds> offset_;  // wall clock minus boot clock, as last believed
  std::optional<std::chrono::nanoseconds> before_;  // the same before the jump
  std::chrono::nanoseconds jumped_at_{};            // by the boot clock
};

}  // namespace reaper::sweep
