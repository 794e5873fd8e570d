#pragma once

#include "base/file_descriptor.hpp"
#include "charts/chart.hpp"
#include "volume/failures.hpp"
#include "volume/fallbacks.hpp"
#include "volume/progress.hpp"
#include "volume/removal_result.hpp"
#include "volume/root.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

/// The number of charts that wait for their grace time at once. Each needs up to two descriptors, for itself and its
/// directory. That is 512 of the 1,024 that a process usually has. Recently used directories need a few more.
inline constexpr std::size_t k_window_charts = 256;

/// The time for which a chart stays in quarantine before it is unlinked.
struct Grace {
  /// With a lease. A writer that looked up the name just before the rename opens the file within this time, and that
  /// breaks the lease.
  std::chrono::milliseconds with_lease{2};
  /// Without a lease. Within this time a writer with an open file should write something, which changes the size or a
  /// time.
  std::chrono::milliseconds without_lease{1000};
};

/// The counters that a removal window updates, its stop token and its grace times.
struct RemovalOptions {
  Failures& failures;
  Fallbacks& fallbacks;
  Progress& progress;
  /// After a stop request, the window puts all charts back at once if any of them has no lease. Otherwise it finishes
  /// the removals, because the grace time with a lease is short.
  std::stop_token stop;
  Grace grace = {};
};

/// A chart that has left the window.
struct FinishedRemoval {
  const charts::ChartSnapshot* chart;
  std::size_t number;  ///< the caller's number of the chart, from add()
  RemovalResult result;
};

/// Removes charts. While one chart waits for its grace time, the window quarantines the next ones. The steps for one
/// chart:
///
///  1. Open it without following a link, lock it against other cleaners (flock), and take a read lease. The kernel
///     grants the lease only if no process has the file open for writing. From then on, if a writer opens the file, the
///     kernel blocks the writer and signals us.
///  2. Compare the file with the chart of the plan: size, times and inode must be the same, to the nanosecond.
///  3. Rename it to its quarantine name. A writer that opens the chart's name from now on creates a new file, which we
///     do not touch.
///  4. Compare the renamed file with the opened one: a writer may have replaced the name in between.
///  5. Wait for the grace time. If a writer breaks the lease, put the chart back under its name at once. add() checks
///     for such writers after every few charts, so a writer waits no longer than that.
///  6. Ask for the lease again; this fails if a writer is inside open(2) right now. Compare a last time. Unlink.
///
/// If a step finds a writer, the window puts the chart back. Only a crash or a failed rename leaves a chart in
/// quarantine, see recovery.hpp.
///
/// The caller calls add() while there is room, and wait() otherwise. After each call it calls take_finished(). That
/// returns each chart exactly once.
class RemovalWindow {
 public:
  using Clock = std::chrono::steady_clock;

  RemovalWindow(Root& root, RemovalOptions options);

  /// Returns true if add() may be called.
  [[nodiscard]] bool has_room() const noexcept { return candidates_.size() < k_window_charts; }

  /// Runs steps 1 to 4 for one more chart. Every few charts it first runs steps 5 and 6 for charts that are due.
  /// `chart` must live until it has finished. `number` has a meaning only for the caller and is returned with the
  /// result.
  void add(const charts::ChartSnapshot& chart, std::size_t number);

  /// Waits until `time`, or until the first grace time ends, or until a writer breaks a lease, but at most 50 ms. Then
  /// runs steps 5 and 6 for a few of the charts that are due.
  void wait_until(Clock::time_point time);

  /// The same without a `time`.
  void wait() { wait_until(Clock::time_point::max()); }

  /// Returns the charts that have finished since the last call, in the order in which they finished. They stay valid
  /// until the next call of take_finished().
  [[nodiscard]] std::span<const FinishedRemoval> take_finished();

  /// Returns true if no chart waits for its grace time. Finished charts may still have to be taken.
  [[nodiscard]] bool is_empty() const noexcept { return candidates_.empty(); }

 private:
  struct OpenDirectory {
    std::string path;
    base::FileDescriptor descriptor;
    Outcome otherwise = Outcome::failed;  ///< the outcome of its charts if it could not be opened
  };

  struct Candidate {
    const charts::ChartSnapshot* chart = nullptr;
    std::size_t number = 0;
    charts::Fingerprint planned_state;  ///< its state in step 2, for all later comparisons
    std::shared_ptr<const OpenDirectory> directory;
    base::FileDescriptor file;
    std::string quarantine_name;  ///< empty unless it is quarantined
    bool leased = false;
    std::uint32_t links = 1;  ///< its hard links
    Clock::time_point due;    ///< the end of its grace time

    [[nodiscard]] bool is_quarantined() const noexcept { return !quarantine_name.empty(); }
    [[nodiscard]] const std::string& name() const noexcept { return is_quarantined() ? quarantine_name : chart->name; }
  };

  // Each step returns the chart's outcome if the removal ends there, otherwise nothing.
  using Ended = std::optional<Outcome>;
  Ended open_and_lease(Candidate& candidate);        // step 1
  Ended check_unchanged(Candidate& candidate);       // step 2
  Ended rename_to_quarantine(Candidate& candidate);  // step 3
  Ended check_renamed(Candidate& candidate);         // step 4

  void finish_due(Clock::time_point until);                        // steps 5 and 6 for all charts
  void put_back_where_lease_is_broken();                           // step 5
  [[nodiscard]] Outcome unlink_or_put_back(Candidate& candidate);  // step 6: unlinks the chart or puts it back
  [[nodiscard]] int stat_before_unlink(const Candidate& candidate, struct statx& result);
  [[nodiscard]] Outcome put_back(Candidate& candidate, Outcome outcome);
  void put_back_all(Outcome outcome);

  [[nodiscard]] std::shared_ptr<const OpenDirectory> open_directory(const std::string& path);
  [[nodiscard]] Outcome failed(const Candidate& candidate, int result, std::string_view operation);
  void finish(Candidate& candidate, Outcome outcome);

  Root* root_;
  RemovalOptions options_;
  std::deque<std::shared_ptr<const OpenDirectory>> directories_;  // the ones opened last, oldest first
  std::deque<Candidate> candidates_;                              // they wait for their grace time, longest first
  std::vector<FinishedRemoval> finished_;                         // not yet taken
  std::vector<FinishedRemoval> taken_;                            // returned by the last take_finished()
  unsigned since_check_ = 0;                                      // charts added since the last check for writers
};

}  // namespace reaper::volume
