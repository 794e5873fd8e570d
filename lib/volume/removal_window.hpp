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

/// The number of charts that wait for their grace time at once. Each holds a descriptor, and so may its directory: 512
/// of the 1,024 that a process is usually allowed, and a few more for directories that were used last.
inline constexpr std::size_t k_window_charts = 256;

/// How long a chart stays quarantined before it is unlinked.
struct Grace {
  /// A writer that had looked the name up just before the rename opens the file within this time, which breaks the
  /// lease.
  std::chrono::milliseconds with_lease{2};
  /// Where no lease tells of writers: long enough for a writer to come far enough to be seen by what it writes.
  std::chrono::milliseconds without_lease{1000};
};

/// Where a removal window counts, and how long it waits.
struct RemovalOptions {
  Failures& failures;
  Fallbacks& fallbacks;
  Progress& progress;
  /// Once it is requested, charts without a lease are given back at once; the others only have a short time to wait.
  std::stop_token stop;
  Grace grace = {};
};

/// A chart that has left the window.
struct FinishedRemoval {
  const charts::ChartSnapshot* chart;
  std::size_t number;  ///< as it was given with the chart
  RemovalResult result;
};

/// Removes charts, each of which waits for its grace time while the next ones are quarantined. For each of them:
///
///  1. Open it without following a link, lock it against other cleaners (flock), and take a read lease: the kernel
///     grants one only while nobody has the file open for writing, and tells us before the next writer gets in.
///  2. The file must still be what was judged, to the nanosecond.
///  3. Rename it to a name that no reader and no writer uses. From now on a writer that opens the chart's name makes a
///     new file and is out of our way.
///  4. What was renamed must be what was opened: a writer may have replaced the name in between.
///  5. Wait for the grace time. A writer that breaks the lease gets the chart back under its name at once: the window
///     asks for such writers every few charts, so that a writer waits no longer than these take.
///  6. Ask for the lease again, which fails if a writer is inside open(2) at this moment; look once more; unlink.
///
/// A writer that is met on the way gets the chart back; only a crash in between leaves a chart in quarantine, see
/// recovery.hpp. The caller adds charts while there is room, else it waits, and after each of these calls it takes what
/// has finished. Each chart comes out exactly once.
class RemovalWindow {
 public:
  using Clock = std::chrono::steady_clock;

  RemovalWindow(Root& root, RemovalOptions options);

  /// True if add() may be called.
  [[nodiscard]] bool has_room() const noexcept { return candidates_.size() < k_window_charts; }

  /// Does steps 1 to 4 for one more chart. The snapshot must stay where it is until the chart has finished. Every few
  /// charts it first does what is due of steps 5 and 6. `number` is the caller's own, and comes back with the result.
  void add(const charts::ChartSnapshot& chart, std::size_t number);

  /// Waits until `time`, until the grace time of the first chart is over or until a writer comes, but for at most
  /// 50 ms. Then does what is due of steps 5 and 6, for a few charts at most.
  void wait_until(Clock::time_point time);

  /// The same without a time of the caller's own.
  void wait() { wait_until(Clock::time_point::max()); }

  /// The charts that have finished since the last call, in the order in which they did. They stay valid until the next
  /// call of take_finished().
  [[nodiscard]] std::span<const FinishedRemoval> take_finished();

  /// True if no chart waits for its grace time. Some that have finished may still have to be taken.
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
    charts::Fingerprint held;  ///< its state once it was taken hold of
    std::shared_ptr<const OpenDirectory> directory;
    base::FileDescriptor file;
    std::string quarantine_name;  ///< its name while it is quarantined; else empty
    bool leased = false;
    std::uint32_t links = 1;
    bool is_linked_to_quarantine =
        false;              ///< by a second name: `links` is from before, as a later number tells nothing
    Clock::time_point due;  ///< when its grace time is over

    [[nodiscard]] bool is_quarantined() const noexcept { return !quarantine_name.empty(); }
    [[nodiscard]] const std::string& name() const noexcept { return is_quarantined() ? quarantine_name : chart->name; }
  };

  // Each step returns the outcome of the chart if it ends here, else nothing.
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
  std::deque<std::shared_ptr<const OpenDirectory>> directories_;  // the last ones used
  std::deque<Candidate> candidates_;                              // quarantined, the longest waiting first
  std::vector<FinishedRemoval> finished_;                         // not yet taken
  std::vector<FinishedRemoval> taken_;                            // by the last call
  unsigned since_look_ = 0;                                       // charts since writers were looked for
};

}  // namespace reaper::volume
