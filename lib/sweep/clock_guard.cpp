#include "sweep/clock_guard.hpp"

namespace reaper::sweep {

ClockGuard::Verdict ClockGuard::check(const base::Clock& clock, std::chrono::nanoseconds max_age) {
  const auto jumped_between = [](std::chrono::nanoseconds a, std::chrono::nanoseconds b) {
    return std::chrono::abs(a - b) > k_jump;
  };
  const std::chrono::nanoseconds boot = clock.since_boot();
  const std::chrono::nanoseconds offset = clock.now().time_since_epoch() - boot;

  Verdict verdict;
  if (offset_ && jumped_between(offset, *offset_)) {
    verdict.jumped = offset - *offset_;
    if (!before_) before_ = offset_;
    else if (!jumped_between(offset, *before_)) before_.reset();
    jumped_at_ = boot;
  }
  offset_ = offset;
  if (before_ && boot - jumped_at_ > max_age) before_.reset();
  verdict.trusted = !before_ && verdict.jumped == std::chrono::nanoseconds::zero();
  return verdict;
}

}  // namespace reaper::sweep
