#pragma once

#include <chrono>
#include <ratio>
#include <string>

namespace reaper::base {

/// A point on the wall clock, in the resolution of file times.
using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A span of time in hours, unrounded: the unit of `CHART_MAX_AGE_HOURS` and of every `_hours` field.
[[nodiscard]] constexpr double to_hours(std::chrono::nanoseconds time) noexcept {
  return std::chrono::duration<double, std::ratio<3600>>(time).count();
}

/// The clocks the program reads. Passed in, so that tests own the time.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The wall clock. It may jump in both directions.
  [[nodiscard]] virtual FileTime now() const = 0;

  /// Time since boot, sleep included (CLOCK_BOOTTIME): what the wall clock is checked against.
  [[nodiscard]] virtual std::chrono::nanoseconds since_boot() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] FileTime now() const override;
  [[nodiscard]] std::chrono::nanoseconds since_boot() const override;
};

/// RFC 3339 in UTC with milliseconds, e.g. `2026-01-31T09:15:00.250Z`.
[[nodiscard]] std::string rfc3339(FileTime time);

}  // namespace reaper::base
