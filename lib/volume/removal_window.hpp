#pragma once

#include "base/file_descriptor.hpp"
#include "charts/chart.hpp"
#include "volume/remover.hpp"
#include "volume/root.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::volume {

/// Removes charts, each of which waits for its grace time while the next ones are quarantined. For each of them:
///
///  1. Open it without following a link, lock it against other cleaners (flock), and take a read lease: the kernel
///     grants one only while nobody has the file open for writing, and tells us before the next writer gets in.
///  2. The file must still be what was judged, to the nanosecond, and still be removable.
///  3. Rename it to a name that no reader and no writer uses. From now on a writer that opens the chart's name makes a
///     new file and is out of our way.
///  4. What was renamed must be what was opened: a writer may have replaced the name in between.
///  5. Wait for the grace time. A writer that breaks the lease gets the chart back under its name at once: whether one
///     does is asked every few charts, so that it waits no longer than these take.
///  6. Ask for the lease again, which fails if a writer is inside open(2) at this moment; look once more; unlink.
///
/// Whoever is met on the way gets the chart back; only a crash in between leaves one in quarantine, see recovery.hpp.
class RemovalWindow {
 public:
  RemovalWindow(Root& root, const RemoveOptions& options);

  /// Steps 1 to 4 for one more chart, after whatever is due of steps 5 and 6 for those before it. `position` is what
  /// `options` knows it by.
  void quarantine(std::size_t position, const charts::ChartSnapshot& chart);

  /// Does what is due of steps 5 and 6 until then. False if the program is to end before.
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point time);

  /// Steps 5 and 6 for the one that has waited longest, and whatever else is due by then. It may take several calls
  /// until there is one less.
  void wait_for_first();

  [[nodiscard]] bool is_empty() const noexcept { return candidates_.empty(); }

 private:
  using Clock = std::chrono::steady_clock;

  struct OpenDirectory {
    std::string path;
    base::FileDescriptor descriptor;
    Outcome otherwise = Outcome::failed;  ///< what its charts come to if it could not be opened
  };

  struct Candidate {
    std::size_t position = 0;
    const charts::ChartSnapshot* chart = nullptr;
    charts::Fingerprint held;  ///< its state once it was taken hold of
    std::shared_ptr<const OpenDirectory> directory;
    base::FileDescriptor file;
    std::string quarantine_name;  ///< what it is called while it is quarantined; else empty
    bool leased = false;
    std::uint32_t links = 1;
    bool is_linked_to_quarantine =
        false;              ///< by a second name: `links` is from before, as a later number tells nothing
    Clock::time_point due;  ///< when its grace time is over

    [[nodiscard]] bool is_quarantined() const noexcept { return !quarantine_name.empty(); }
    [[nodiscard]] const std::string& name() const noexcept { return is_quarantined() ? quarantine_name : chart->name; }
  };

  // Each step returns what the chart came to if it ends here, else nothing.
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
  void conclude(Candidate& candidate, Outcome outcome);

  Root* root_;
  const RemoveOptions* options_;
  std::deque<std::shared_ptr<const OpenDirectory>> directories_;  // the last ones used
  std::deque<Candidate> candidates_;                              // quarantined, the longest waiting first
  unsigned since_look_ = 0;                                       // charts since writers were looked for
};

}  // namespace reaper::volume
