#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::assessment {

/// The kinds of problems. Of two that are equally severe, the one that stands first here is the worse.
enum class Code : std::uint8_t {
  root_unusable,      ///< the chart directory is missing, forbidden or cannot be written
  hung,               ///< the volume does not answer
  removal_failing,    ///< charts that were due could not be removed
  over_limit,         ///< the charts take more than the limit
  limit_unreachable,  ///< over the limit, and all that is left is too young to go
  only_young_charts,  ///< the volume is nearly full, and all charts are too young to make room
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
  settings_conflict,  ///< settings that cannot be kept together
  memory_short,       ///< some charts are only counted, because the memory limit is too small
  other_cleaner,      ///< charts vanish that neither this program nor a request removed
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
                                    Code::other_cleaner,     Code::future_times,
                                    Code::weaker_protection, Code::not_watched,
                                    Code::figures_partial};

/// The code on the wire, e.g. `root_unusable`.
[[nodiscard]] std::string_view to_string(Code code);

/// The beginning of the log line when such a problem begins. Operators search for these: they never change.
[[nodiscard]] std::string_view title(Code code);

/// The log line when such a problem is over.
[[nodiscard]] std::string_view end_title(Code code);

enum class Severity : std::uint8_t {
  info,      ///< worth knowing; the program works as meant
  warning,   ///< less is done than the settings say, or soon will be
  critical,  ///< the program cannot do its work
};

/// The severity on the wire, e.g. `warning`.
[[nodiscard]] std::string_view to_string(Severity severity);

/// One thing that people should know. Its texts are printable (base::printable): paths are escaped where they enter a
/// sentence, so nothing escapes them again on the way out.
struct Problem {
  Code code = Code::root_unusable;
  Severity severity = Severity::info;
  std::string sentence = {};  ///< says what holds, with its figures
  std::string advice = {};    ///< says what to do about it
  base::FileTime since = {};  ///< when the condition was first seen to hold
};

/// The state as a whole: that of the worst problem.
enum class Status : std::uint8_t {
  ok,       ///< nothing worse than info
  limited,  ///< a warning
  failing,  ///< a critical problem
};

/// The status on the wire, e.g. `limited`.
[[nodiscard]] std::string_view to_string(Status status);

}  // namespace reaper::assessment
