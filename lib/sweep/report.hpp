#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"
#include "retention/policy.hpp"
#include "sweep/error_list.hpp"
#include "sweep/root_state.hpp"
#include "volume/progress.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::sweep {

/// The cause of a sweep.
enum class Trigger : std::uint8_t {
  start,
  timer,
  limit,  ///< the charts exceeded the limit, or the volume ran out of space
  request,
  command,
};
inline constexpr std::array k_triggers{Trigger::start, Trigger::timer, Trigger::limit, Trigger::request,
                                       Trigger::command};

/// Returns the name in the API, e.g. `timer`.
[[nodiscard]] std::string_view to_string(Trigger trigger);

enum class DryRun : bool { no, yes };

/// The charts that a sweep should remove.
enum class Scope : std::uint8_t {
  retention,   ///< charts due by the age rule and the size rule
  set,         ///< every chart of one chart set
  everything,  ///< every chart
};

/// Returns the name in the log, e.g. `retention`.
[[nodiscard]] std::string_view to_string(Scope scope);

/// One request to the sweeper.
struct Request {
  Trigger trigger = Trigger::timer;
  Scope scope = Scope::retention;
  DryRun dry_run = DryRun::no;
  std::string set;       ///< the name of the directory, with Scope::set
  std::string asked_by;  ///< for the log: the client's address or a command; may be empty
};

/// One chart that was removed, or would be removed in a dry run.
struct RemovedChart {
  std::string path;  ///< relative to the root
  std::uint64_t size_bytes = 0;
  std::chrono::nanoseconds age{};
  retention::Reason reason = retention::Reason::requested;
};

/// Charts and bytes removed for one reason.
struct ReasonTotals {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

using volume::Activity;

/// Progress of the running sweep, or the final state of the last one.
struct SweepProgress {
  Activity activity = Activity::idle;
  std::uint64_t scanned = 0;
  std::uint64_t removed = 0;
  std::uint64_t freed_bytes = 0;
};

/// The figures of the volume. Immutable once published, because request handlers read them on the other thread.
struct Storage {
  /// Returns the time that the figures of charts are from. Those of free space are always from `as_of`.
  [[nodiscard]] base::FileTime scanned_at() const noexcept { return unseen_since.value_or(as_of); }

  base::FileTime as_of;
  /// The time since which charts may have changed without our knowledge; nothing if changes are followed.
  std::optional<base::FileTime> unseen_since;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;  ///< the charts' share of the volume, in whole blocks
  std::uint64_t future_files = 0;     ///< charts whose time was in the future when first seen
  std::uint64_t sets = 0;             ///< directories that hold charts
  std::optional<base::FileTime> oldest;
  std::optional<base::FileTime> newest;
  std::optional<std::uint64_t> volume_bytes;  ///< of the volume; nothing if unknown
  std::optional<std::uint64_t> free_bytes;    ///< on the volume; nothing if unknown
  std::optional<std::uint64_t> free_inodes;   ///< on the volume; nothing if unknown or without a fixed number of inodes
  /// When removal for free space is tried again; nothing unless it is paused because it freed no space.
  std::optional<base::FileTime> no_gain_until;
  base::Room lacking;                 ///< shortfall against the reserve, see retention/free_space.hpp
  bool only_young_for_space = false;  ///< the volume is nearly full, and only charts below the minimum age remain
  bool watched = false;               ///< inotify reports changes on the volume
  std::string why_not_watched;        ///< for people; empty if watched or watching is off
  std::uint64_t watches = 0;          ///< inotify watches in use
  std::optional<std::uint64_t> max_watches;  ///< nothing if no limit is known
  std::uint64_t only_counted = 0;            ///< charts in `files` that are only counted, for lack of memory
  /// Known directories that could not be read to the end. If there are any, the figures are lower bounds.
  std::uint64_t unreadable = 0;
  std::string unreadable_example;     ///< one of them and the reason, for people
  std::uint64_t charts_written = 0;   ///< charts written since the start
  std::uint64_t vanished_charts = 0;  ///< charts removed by other programs since the start
  std::uint64_t drifted_charts = 0;   ///< charts that full scans found different from the catalog since the start
  /// The time from `as_of` to the next check of a chart that no event reports; nothing if there is none.
  std::optional<std::chrono::nanoseconds> next_look;
  /// The time at which room will be short and a chart may be removed for it; `as_of` or earlier if that is so now.
  std::optional<base::FileTime> next_removal;
};

/// The result of one sweep, or of its dry run.
struct Report {
  Request request;
  base::FileTime started;
  std::chrono::nanoseconds duration{};
  bool full_scan = false;  ///< true if everything was scanned, false if events were enough
  std::uint64_t charts_seen = 0;
  /// Charts that were due or requested. Each was removed, gone, failed, would fail, or was skipped as busy, changed or
  /// not tried.
  std::uint64_t due = 0;
  std::uint64_t files_removed = 0;
  std::uint64_t gone = 0;    ///< removed by another program before we could
  std::uint64_t failed = 0;  ///< a system call failed
  /// In a dry run, due charts that could not be removed. They do not count as removed.
  std::uint64_t would_fail = 0;
  std::uint64_t directories_removed = 0;
  std::uint64_t directories_failed = 0;  ///< empty chart sets that are due but could not be removed
  std::uint64_t bytes_freed = 0;
  std::uint64_t files_kept = 0;  ///< other files in the directories of a DELETE
  std::array<ReasonTotals, retention::k_reasons.size()> by_reason{};
  /// The age of the youngest chart removed for room: for the limit or for free space.
  std::optional<std::chrono::nanoseconds> youngest_removed_for_room;
  std::uint64_t without_lease = 0;                    ///< charts removed without a lease, after a grace time
  std::uint64_t only_compared = 0;                    ///< charts removed from a bucket, see volume/bucket_removal.hpp
  std::map<std::string_view, std::uint64_t> skipped;  ///< charts left for a later sweep, by reason, e.g. {"busy", 2}
  /// Those of `skipped` that no earlier sweep left in the same state for the same reason; see SkipCounter. None in a
  /// dry run.
  std::map<std::string_view, std::uint64_t> newly_skipped;
  std::map<std::string, std::uint64_t> errors_by_operation;
  std::uint64_t errors = 0;
  ErrorList error_list;                ///< some of the errors, at most a screenful
  std::vector<RemovedChart> removed;   ///< the first `k_max_listed`
  bool found = true;                   ///< false if a DELETE's chart set holds no chart
  bool stopped = false;                ///< true if the end of the program stopped it
  bool age_rule_suspended = false;     ///< true if the wall clock had jumped
  std::optional<std::string> problem;  ///< why nothing could be done at all; printable
  RootState root;
  std::shared_ptr<const Storage> storage;  ///< the volume afterwards; null if not known

  /// Returns the number of charts skipped for this reason.
  [[nodiscard]] std::uint64_t skipped_as(std::string_view why) const;

  /// Returns true if something was due or requested, nothing of it was done, and errors are the reason. Charts that are
  /// all busy or changed are no error as long as writers may explain it; see LeftCharts. A dry run only needs to find
  /// the charts that are due.
  [[nodiscard]] bool nothing_could_be_done() const;

  /// The maximum number of listed removals and log lines. More would fill the operator's log without adding to the
  /// totals.
  static constexpr std::size_t k_max_listed = 1000;

  /// The `operation` of the error of a sweep that left every due chart in place.
  static constexpr std::string_view k_left_charts = "removal";
};

}  // namespace reaper::sweep
