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

/// What started a sweep.
enum class Trigger : std::uint8_t {
  start,
  timer,
  limit,  ///< the charts came to more than the limit, or the volume ran out of space
  request,
  command,
};
inline constexpr std::array k_triggers{Trigger::start, Trigger::timer, Trigger::limit, Trigger::request,
                                       Trigger::command};

/// The trigger's name on the wire, e.g. `timer`.
[[nodiscard]] std::string_view to_string(Trigger trigger);

enum class DryRun : bool { no, yes };

/// What a sweep is to remove.
enum class Scope : std::uint8_t {
  retention,   ///< what the age rule and the size rule say
  set,         ///< every chart of one chart set
  everything,  ///< every chart
};

/// The scope's name in the log, e.g. `retention`.
[[nodiscard]] std::string_view to_string(Scope scope);

/// One order to the sweeper.
struct Request {
  Trigger trigger = Trigger::timer;
  Scope scope = Scope::retention;
  DryRun dry_run = DryRun::no;
  std::string set;       ///< the name of the directory, with Scope::set
  std::string asked_by;  ///< who asked, for the log: an address or a command; may be empty
};

/// One chart that was removed, or would be in a dry run.
struct RemovedChart {
  std::string path;  ///< relative to the root
  std::uint64_t size_bytes = 0;
  std::chrono::nanoseconds age{};
  retention::Reason reason = retention::Reason::requested;
};

/// Charts and bytes that went for one reason.
struct ReasonTotals {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

using volume::Activity;

/// How far the sweep that is under way has come, or what the last one came to.
struct SweepProgress {
  Activity activity = Activity::idle;
  std::uint64_t scanned = 0;
  std::uint64_t removed = 0;
  std::uint64_t freed_bytes = 0;
};

/// What is on the volume, in figures. Immutable once published: request handlers read it from the other thread.
struct Storage {
  base::FileTime as_of;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;  ///< the charts' share of the volume, in whole blocks
  std::uint64_t future_files = 0;     ///< charts whose own time lay in the future when they were first seen
  std::uint64_t sets = 0;             ///< directories that hold charts
  std::optional<base::FileTime> oldest;
  std::optional<base::FileTime> newest;
  std::optional<std::uint64_t> volume_bytes;  ///< the size of the volume; nothing if it does not say
  std::optional<std::uint64_t> free_bytes;    ///< of the volume; nothing if it does not say
  std::optional<std::uint64_t> free_inodes;   ///< the same; nothing as well if the volume has no fixed number of them
  /// When charts are removed for free space again; nothing unless it waits because removing them did not help.
  std::optional<base::FileTime> no_gain_until;
  base::Room lacking;                 ///< of the volume's free space reserve, see retention/free_space.hpp
  bool only_young_for_space = false;  ///< the volume is nearly full, and only charts too young to go could make room
  bool watched = false;               ///< changes on the volume are noticed as they happen
  std::string why_not_watched;        ///< if watches were wanted
  std::uint64_t watches = 0;          ///< inotify watches in use
  std::optional<std::uint64_t> max_watches;  ///< that may be used; nothing if no limit is known
  std::uint64_t only_counted = 0;            ///< charts in `files` that there is no memory to know more of
  /// Directories that are known and could not be read to their end. If there are any, the figures are lower bounds.
  std::uint64_t unreadable = 0;
  std::string unreadable_example;     ///< one of them and the reason, in words for people
  std::uint64_t charts_written = 0;   ///< charts that were written since the start
  std::uint64_t vanished_charts = 0;  ///< charts that have gone without us, since the start
  std::uint64_t drifted_charts = 0;   ///< charts that full scans found other than they were known, since the start
  /// The time from `as_of` to the next look at a chart that no event tells of; nothing if there is none.
  std::optional<std::chrono::nanoseconds> next_look;
  /// When there will next be too little room with something to remove for it; `as_of` or earlier if there is now.
  std::optional<base::FileTime> next_removal;
};

/// What one sweep did, or would do.
struct Report {
  Request request;
  base::FileTime started;
  std::chrono::nanoseconds duration{};
  bool full_scan = false;  ///< everything was read; else what is known from watching was enough
  std::uint64_t charts_seen = 0;
  /// Charts that were due or asked for: as many as were removed, had gone, failed or would fail, or were skipped as
  /// busy, changed or not tried.
  std::uint64_t due = 0;
  std::uint64_t files_removed = 0;
  std::uint64_t gone = 0;    ///< another program had removed them
  std::uint64_t failed = 0;  ///< a system call failed
  /// In a dry run: charts that are due and would stay, as they cannot be removed. They do not count as removed.
  std::uint64_t would_fail = 0;
  std::uint64_t directories_removed = 0;
  std::uint64_t directories_failed = 0;  ///< empty chart sets that are due and cannot be removed
  std::uint64_t bytes_freed = 0;
  std::uint64_t files_kept = 0;  ///< other files in the directories a DELETE looked into
  std::array<ReasonTotals, retention::k_reasons.size()> by_reason{};
  /// The age of the youngest chart that was removed for room: by the limit or for free space.
  std::optional<std::chrono::nanoseconds> youngest_removed_for_room;
  std::uint64_t without_lease = 0;                    ///< charts that were removed without a lease
  std::map<std::string_view, std::uint64_t> skipped;  ///< e.g. {"busy", 2}: charts left for a later sweep, and why
  /// Those of `skipped` that no sweep had left before in the same state and for the same reason, see SkipCounter. None
  /// in a dry run.
  std::map<std::string_view, std::uint64_t> newly_skipped;
  std::map<std::string, std::uint64_t> errors_by_operation;
  std::uint64_t errors = 0;
  ErrorList error_list;                ///< some of the errors in words, at most one screenful
  std::vector<RemovedChart> removed;   ///< the first `k_max_listed`
  bool found = true;                   ///< false if a DELETE's chart set holds no chart
  bool stopped = false;                ///< ended early by the end of the program
  bool age_rule_suspended = false;     ///< the wall clock had jumped
  std::optional<std::string> problem;  ///< why nothing could be done at all, printable
  RootState root;
  std::shared_ptr<const Storage> storage;  ///< the volume afterwards; null if it is not known

  /// Charts that were skipped for this reason.
  [[nodiscard]] std::uint64_t skipped_as(std::string_view why) const;

  /// True if something was due or asked for, nothing of it was done, and errors are the reason. Charts that are all
  /// busy or have changed are no error as long as writers explain it, see LeftCharts. A dry run only has to find out
  /// what is due.
  [[nodiscard]] bool nothing_could_be_done() const;

  /// Lines and entries beyond this say nothing that the totals do not, and would fill the operator's log.
  static constexpr std::size_t k_max_listed = 1000;

  /// The `operation` of the error of a sweep that left every due chart in place.
  static constexpr std::string_view k_left_charts = "removal";
};

}  // namespace reaper::sweep
