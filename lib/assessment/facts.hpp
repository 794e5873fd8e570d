#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace reaper::assessment {

/// The settings that problems are judged by.
struct SettingFacts {
  bool cleanup_enabled = true;
  bool wants_watches = true;
  std::chrono::nanoseconds max_age{};
  std::chrono::nanoseconds min_age{};
  std::uint64_t limit_bytes = 0;
  std::optional<std::uint64_t> declared_bytes;  ///< CHART_VOLUME_SIZE_MB
};

/// The charts on the volume.
struct ChartFacts {
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;
  std::uint64_t only_counted = 0;       ///< charts that there was no memory for
  std::uint64_t future = 0;             ///< charts whose own time lay in the future
  std::uint64_t unreadable = 0;         ///< directories that cannot be read
  std::string unreadable_example = {};  ///< one of them, with the error
  bool watched = false;
  std::string why_not_watched = {};  ///< empty if watches were not wanted
};

/// The volume itself.
struct VolumeFacts {
  std::optional<std::uint64_t> total_bytes;
  std::optional<std::uint64_t> free_bytes;
  std::optional<std::uint64_t> free_inodes;
  base::Room lacking;                           ///< of the free space reserve
  std::optional<base::FileTime> no_gain_until;  ///< removing charts did not help; the next try
  bool only_young = false;                      ///< only charts too young to go could make room
};

/// The last sweep that judged all charts, or a later one that failed.
struct SweepFacts {
  base::FileTime started = {};
  std::uint64_t due = 0;            ///< charts that were due or asked for
  std::uint64_t failed = 0;         ///< of these, charts that could not be removed
  bool nothing_done = false;        ///< nothing of what was due could be done
  std::uint64_t errors = 0;         ///< operations that failed
  std::string first_error = {};     ///< operation, path and reason
  std::uint64_t young = 0;          ///< charts that stay over the limit because they are too young
  std::uint64_t without_lease = 0;  ///< charts that were removed without one
  bool age_rule_suspended = false;  ///< the clock had jumped
};

/// Charts that were last removed for room: by the limit or for free space.
struct RoomRemoval {
  base::FileTime at = {};
  std::chrono::nanoseconds age{};  ///< of the youngest of them
};

/// Counts of the last 24 hours.
struct DayFacts {
  std::uint64_t removed = 0;   ///< by this program
  std::uint64_t vanished = 0;  ///< by others
};

/// Everything that problems are judged by, at one moment. The texts are printable, as they become parts of sentences.
struct Facts {
  base::FileTime now;
  std::chrono::nanoseconds boot_now{};  ///< the same by the clock that does not jump
  SettingFacts settings;
  std::string root_problem = {};       ///< why the chart directory cannot be used; empty if it can
  std::string root_not_writable = {};  ///< why it cannot be written; empty if it can
  std::string hang = {};               ///< what makes no progress; empty if all does
  std::uint64_t charts_seen = 0;       ///< by the scan that is under way
  std::optional<ChartFacts> charts;    ///< nothing before the first scan has ended
  VolumeFacts volume;
  std::optional<SweepFacts> sweep;
  std::optional<RoomRemoval> room_removal;
  DayFacts day;
};

}  // namespace reaper::assessment
