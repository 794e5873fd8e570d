#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::assessment {

/// The kinds of problems. Of two with the same severity, the first one here is worse.
enum class Code : std::uint8_t {
  root_unusable,      ///< the chart directory is missing, forbidden or cannot be written
  hung,               ///< the volume does not answer
  removal_failing,    ///< charts that were due could not be removed
  over_limit,         ///< the charts take more than the limit
  limit_unreachable,  ///< over the limit, and all charts left are below the minimum age
  only_young_charts,  ///< the volume is nearly full, and all charts are below the minimum age
  no_gain,            ///< removing charts does not free space on the volume
  low_space,          ///< the volume has less free space than the reserve
  low_inodes,         ///< the volume has fewer free inodes than the reserve
  usage_critical,     ///< above 95 % of the limit
  usage_high,         ///< above 80 % of the limit
  many_errors,        ///< more than 5 errors in the last sweep
  retention_short,    ///< charts are removed by size long before their maximum age
  unreadable,         ///< directories that cannot be read
  clock_untrusted,    ///< the clock jumped, so charts do not expire by age
  cleanup_disabled,   ///< nothing is removed automatically
  settings_conflict,  ///< settings that contradict each other
  memory_short,       ///< some charts are only counted, because the memory limit is too small
  other_cleaner,      ///< charts vanish that this process did not remove
  other_reaper,       ///< another process holds the lock of the chart directory
  future_times,       ///< charts have times in the future
  weaker_protection,  ///< charts are removed without a lease
  not_watched,        ///< changes between sweeps are found by scanning, not by inotify events
  figures_partial,    ///< the first scan is under way, or some directories cannot be read
};

inline constexpr std::array k_codes{Code::root_unusable,     Code::hung,
                                    Code::removal_failing,   Code::over_limit,
                                    Code::limit_unreachable, Code::only_young_charts,
                                    Code::no_gain,           Code::low_space,
                                    Code::low_inodes,        Code::usage_critical,
                                    Code::usage_high,        Code::many_errors,
                                    Code::retention_short,   Code::unreadable,
                                    Code::clock_untrusted,   Code::cleanup_disabled,
                                    Code::settings_conflict, Code::memory_short,
                                    Code::other_cleaner,     Code::other_reaper,
                                    Code::future_times,      Code::weaker_protection,
                                    Code::not_watched,       Code::figures_partial};

/// Returns the name in the API, e.g. `root_unusable`.
[[nodiscard]] std::string_view to_string(Code code);

/// Returns the start of the log line for the begin of the problem. It never changes, because operators search for it.
[[nodiscard]] std::string_view title(Code code);

/// Returns the log line for the end of the problem.
[[nodiscard]] std::string_view end_title(Code code);

enum class Severity : std::uint8_t {
  info,      ///< no action needed; the program works as meant
  warning,   ///< less is done than the settings say, or soon will be
  critical,  ///< the program cannot do its work
};

/// Returns the name in the API, e.g. `warning`.
[[nodiscard]] std::string_view to_string(Severity severity);

/// One problem. Its texts are already printable (base::printable), because paths are escaped when they enter a
/// sentence. Do not escape them again.
struct Problem {
  Code code = Code::root_unusable;
  Severity severity = Severity::info;
  std::string sentence = {};  ///< describes the problem, with its figures
  std::string advice = {};    ///< says what to do
  base::FileTime since = {};  ///< when the condition was first seen
};

/// The state of the whole program, from its worst problem.
enum class Status : std::uint8_t {
  ok,       ///< no problem worse than info
  limited,  ///< the worst problem is a warning
  failing,  ///< the worst problem is critical
};

/// Returns the name in the API, e.g. `limited`.
[[nodiscard]] std::string_view to_string(Status status);

}  // namespace reaper::assessment
