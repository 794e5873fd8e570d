#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <chrono>

namespace reaper::test {

/// A clock that only moves when told to. It starts on 2026-03-01, a day after boot.
class ManualClock final : public base::Clock {
 public:
  [[nodiscard]] base::FileTime now() const override { return base::FileTime(std::chrono::nanoseconds(now_)); }
  [[nodiscard]] std::chrono::nanoseconds since_boot() const override { return std::chrono::nanoseconds(boot_); }

  /// Advances both clocks.
  void advance(std::chrono::nanoseconds time) {
    now_ += time.count();
    boot_ += time.count();
  }

  /// Sets the wall clock forward or back; the boot clock stays.
  void jump(std::chrono::nanoseconds time) { now_ += time.count(); }

 private:
  using Count = std::chrono::nanoseconds::rep;
  std::atomic<Count> now_{
      std::chrono::nanoseconds(std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}.time_since_epoch()).count()};
  std::atomic<Count> boot_{std::chrono::nanoseconds(std::chrono::hours(24)).count()};
};

}  // namespace reaper::test
