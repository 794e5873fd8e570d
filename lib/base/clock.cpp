#include "base/clock.hpp"

#include <fmt/format.h>

#include <ctime>

namespace reaper::base {
namespace {

std::chrono::nanoseconds read_clock(clockid_t id) {
  timespec time{};
  // It cannot fail: both clocks exist on every supported Linux, and the pointer is valid (clock_gettime(2)).
  clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

FileTime SystemClock::now() const { return FileTime(read_clock(CLOCK_REALTIME)); }

std::chrono::nanoseconds SystemClock::since_boot() const { return read_clock(CLOCK_BOOTTIME); }

std::string rfc3339(FileTime time) {
  // Round to milliseconds first: the start of the earliest day does not fit into 64 bits of nanoseconds.
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(milliseconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(milliseconds - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

}  // namespace reaper::base
