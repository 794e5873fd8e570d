#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::assessment {

/// The settings that matter for problems. The limits are those in force on the volume.
struct SettingFacts {
  bool cleanup_enabled = true;
  bool wants_watches = true;
  std::chrono::nanoseconds max_age{};
  std::chrono::nanoseconds min_age{};  ///< in force on the volume
  bool min_age_is_set = true;          ///< false if the volume needs more than the setting
  std::uint64_t limit_bytes = 0;
  std::optional<std::uint64_t> declared_bytes;             ///< CHART_VOLUME_SIZE_MB
  std::optional<double> max_size_percent = {};             ///< CHART_MAX_SIZE_PERCENT
  std::optional<std::uint64_t> counted_volume_bytes = {};  ///< the size that a percentage counts against, if known
  std::string_view limit_setting = "CHART_MAX_SIZE_MB";    ///< the setting that `limit_bytes` comes from
};

/// The charts on the volume.
struct ChartFacts {
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;
  std::uint64_t only_counted = 0;       ///< charts that are only counted, for lack of memory
  std::uint64_t future = 0;             ///< charts whose time was in the future when first seen
  std::uint64_t unreadable = 0;         ///< directories that cannot be read
  std::string unreadable_example = {};  ///< one of them and the error
  bool watched = false;
  std::string why_not_watched = {};  ///< empty if watches are not wanted
  bool shows_changes = true;         ///< false if only a full scan finds new charts
};

/// The volume itself.
struct VolumeFacts {
  std::optional<std::uint64_t> total_bytes;
  std::optional<std::uint64_t> free_bytes;
  std::optional<std::uint64_t> free_inodes;
  base::Room lacking;                           ///< shortfall against the free space reserve
  std::optional<base::FileTime> no_gain_until;  ///< next try after removals freed no space
  bool only_young = false;                      ///< only charts below the minimum age could make room
  bool is_whole = true;                         ///< false if `check` finds the chart directory to be a part of it
};

/// The last sweep that judged all charts, or a later one that failed.
struct SweepFacts {
  base::FileTime started = {};
  std::uint64_t due = 0;            ///< charts that were due or requested
  std::uint64_t failed = 0;         ///< those of them that could not be removed
  bool nothing_done = false;        ///< true if nothing that was due could be done
  std::uint64_t errors = 0;         ///< number of failed operations
  std::string first_error = {};     ///< operation, path and reason
  std::uint64_t young = 0;          ///< charts over the limit that are too young to remove
  std::uint64_t without_lease = 0;  ///< charts removed without a lease, after a grace time
  std::uint64_t only_compared = 0;  ///< charts removed from a bucket, without quarantine and grace time
  bool age_rule_suspended = false;  ///< true if the clock had jumped
};

/// The last removal of charts for room: for the limit or for free space.
struct RoomRemoval {
  base::FileTime at = {};
  std::chrono::nanoseconds age{};  ///< of the youngest of these charts
};

/// Counts of the last 24 hours.
struct DayFacts {
  std::uint64_t removed = 0;   ///< by this program
  std::uint64_t vanished = 0;  ///< by other programs
};

/// All facts of one moment that matter for problems. The texts are printable, because they become parts of sentences.
struct Facts {
  base::FileTime now;
  std::chrono::nanoseconds boot_now{};  ///< the same on the boot clock, which does not jump
  SettingFacts settings;
  std::string root_problem = {};       ///< why the chart directory cannot be used; empty if it can
  std::string root_not_writable = {};  ///< why it cannot be written; empty if it can
  bool is_standby = false;             ///< another process holds the lock of the chart directory
  std::string hang = {};               ///< the part that makes no progress; empty if all do
  std::uint64_t charts_seen = 0;       ///< by the running scan
  std::optional<ChartFacts> charts;    ///< nothing before the first scan has ended
  VolumeFacts volume;
  std::optional<SweepFacts> sweep;
  std::optional<RoomRemoval> room_removal;
  DayFacts day;
};

}  // namespace reaper::assessment
