#pragma once

#include <chrono>
#include <ratio>
#include <string>

namespace reaper::base {

/// A time of the wall clock, with the resolution of file times.
using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Returns a duration in hours, unrounded: the unit of `CHART_MAX_AGE_HOURS` and of every `_hours` field.
[[nodiscard]] constexpr double to_hours(std::chrono::nanoseconds time) noexcept {
  return std::chrono::duration<double, std::ratio<3600>>(time).count();
}

/// The clocks that the program reads. They are passed in, so that tests control the time.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Returns the wall-clock time. It may jump in both directions.
  [[nodiscard]] virtual FileTime now() const = 0;

  /// Returns the time since boot including sleep (CLOCK_BOOTTIME). Used to check the wall clock.
  [[nodiscard]] virtual std::chrono::nanoseconds since_boot() const = 0;
};

/// The clocks of the machine.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] FileTime now() const override;
  [[nodiscard]] std::chrono::nanoseconds since_boot() const override;
};

/// Returns RFC 3339 text in UTC with milliseconds, e.g. `2026-01-31T09:15:00.250Z`.
[[nodiscard]] std::string rfc3339(FileTime time);

}  // namespace reaper::base
