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

/// The number of charts that wait for their grace time at once. Each holds a descriptor and may hold one for its
/// directory. That is 512 of the 1,024 that a process usually has, plus some for recently used directories.
inline constexpr std::size_t k_window_charts = 256;

/// The time for which a chart stays in quarantine before it is unlinked.
struct Grace {
  /// With a lease. A writer that looked up the name just before the rename opens the file within this time and so
  /// breaks the lease.
  std::chrono::milliseconds with_lease{2};
  /// Without a lease. Within this time a writer with an open file should write something, which changes the size or a
  /// time.
  std::chrono::milliseconds without_lease{1000};
};

/// The counters of a removal window and its grace times.
struct RemovalOptions {
  Failures& failures;
  Fallbacks& fallbacks;
  Progress& progress;
  /// After a stop request all charts go back at once if any of them has no lease. Otherwise each waits for its short
  /// grace time and is removed.
  std::stop_token stop;
  Grace grace = {};
};

/// A chart that has left the window.
struct FinishedRemoval {
  const charts::ChartSnapshot* chart;
  std::size_t number;  ///< as given to add()
  RemovalResult result;
};

/// Removes charts. Each waits for its grace time while the next ones are quarantined. The steps for one chart:
///
///  1. Open it without following a link, lock it against other cleaners (flock), and take a read lease. The kernel
///     grants the lease only if no process has the file open for writing. From then on it holds up the next writer and
///     signals us.
///  2. Compare the file with the state that was judged, to the nanosecond.
///  3. Rename it to its quarantine name. A writer that opens the chart's name from now on creates a new file, which we
///     do not touch.
///  4. Compare the renamed file with the opened one: a writer may have replaced the name in between.
///  5. Wait for the grace time. If a writer breaks the lease, put the chart back under its name at once. The window
///     checks for such writers every few charts, so a writer never waits longer than a few charts take.
///  6. Ask for the lease again; this fails if a writer is inside open(2) right now. Compare a last time. Unlink.
///
/// If a writer appears at any step, the window puts the chart back. Only a crash or a failed rename leaves a chart in
/// quarantine, see recovery.hpp. The caller adds charts while there is room, otherwise waits, and takes the finished
/// charts after each call. Each chart is returned exactly once.
class RemovalWindow {
 public:
  using Clock = std::chrono::steady_clock;

  RemovalWindow(Root& root, RemovalOptions options);

  /// Returns true if add() may be called.
  [[nodiscard]] bool has_room() const noexcept { return candidates_.size() < k_window_charts; }

  /// Runs steps 1 to 4 for one more chart. Every few charts it first runs the steps 5 and 6 that are due. The snapshot
  /// must stay in place until the chart has finished. `number` is the caller's own and comes back with the result.
  void add(const charts::ChartSnapshot& chart, std::size_t number);

  /// Waits until `time`, the end of the first grace time, or a writer, but at most 50 ms. Then runs the steps 5 and 6
  /// that are due, for a few charts at most.
  void wait_until(Clock::time_point time);

  /// Waits without an end time of the caller's own.
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
    charts::Fingerprint held;  ///< its state when it was opened
    std::shared_ptr<const OpenDirectory> directory;
    base::FileDescriptor file;
    std::string quarantine_name;  ///< its name while it is quarantined, else empty
    bool leased = false;
    std::uint32_t links = 1;
    bool is_linked_to_quarantine =
        false;  ///< by a second name; `links` then stays as it was before, because later numbers are unreliable
    Clock::time_point due;  ///< the end of its grace time

    [[nodiscard]] bool is_quarantined() const noexcept { return !quarantine_name.empty(); }
    [[nodiscard]] const std::string& name() const noexcept { return is_quarantined() ? quarantine_name : chart->name; }
  };

  // Each step returns the chart's outcome if the removal ends there, otherwise nothing.
  using Ended = std::optional<Outcome>;
  Ended take_hold(Candidate& candidate);
  Ended check_judged(Candidate& candidate);
  Ended rename_to_quarantine(Candidate& candidate);
  Ended check_renamed(Candidate& candidate);

  void attend_quarantined(Clock::time_point until);
  void give_back_where_lease_is_broken();
  [[nodiscard]] Outcome let_go(Candidate& candidate);
  [[nodiscard]] int look_a_last_time(const Candidate& candidate, struct statx& result);
  [[nodiscard]] Outcome give_back(Candidate& candidate, Outcome outcome);
  void give_back_all(Outcome outcome);

  [[nodiscard]] std::shared_ptr<const OpenDirectory> open_directory(const std::string& path);
  [[nodiscard]] Outcome failed(const Candidate& candidate, int result, std::string_view operation);
  void finish(Candidate& candidate, Outcome outcome);

  Root* root_;
  RemovalOptions options_;
  std::deque<std::shared_ptr<const OpenDirectory>> directories_;  // recently used
  std::deque<Candidate> candidates_;                              // in quarantine, the longest waiting first
  std::vector<FinishedRemoval> finished_;                         // not yet taken
  std::vector<FinishedRemoval> taken_;                            // returned by the last take_finished()
  unsigned since_look_ = 0;                                       // charts added since the last check for writers
};

}  // namespace reaper::volume
