#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/failing_directories.hpp"
#include "sweep/removal_pace.hpp"
#include "volume/removal_result.hpp"
#include "volume/removal_window.hpp"
#include "volume/root.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace reaper::sweep {

/// Removes the charts of a plan in order, and charts of further plans while the last ones wait for their grace time.
/// The caller takes the charts as they finish. Each chart comes out exactly once, even after a stop or if the root was
/// replaced. Made for one plan and the plans that directly follow it.
class RemovalRun {
 public:
  /// A run with this number of charts takes no further plan. It keeps its plans until it ends; with names they take
  /// about a megabyte.
  static constexpr std::size_t k_max_charts = 4096;

  struct Parts {
    volume::Root& root;
    const retention::Limits& limits;
    const base::Clock& clock;
    double max_per_second = 0;  ///< 0 for no limit
  };

  /// A chart that has finished.
  struct Finished {
    const retention::Removal* removal;
    volume::RemovalResult result;
  };

  /// `plan` must outlive the run.
  RemovalRun(const Parts& parts, volume::RemovalOptions options, std::vector<const retention::Removal*> plan);

  /// Returns true if all charts were tried and another plan may follow.
  [[nodiscard]] bool wants_plan() const;

  /// Adds a further plan, which may be empty.
  void add(std::vector<retention::Removal> plan);

  /// Returns true once advance() has returned every chart.
  [[nodiscard]] bool is_over() const { return has_tried_all() && window_.is_empty(); }

  /// Tries more charts until some have finished. If all were tried, waits at most 50 ms for the next one to finish.
  /// Returns the finished charts, possibly none. The result is valid until the next call.
  [[nodiscard]] std::span<const Finished> advance();

 private:
  [[nodiscard]] bool has_tried_all() const { return next_ == charts_.size(); }
  void try_next();
  void check_root();
  [[nodiscard]] bool may_still_go(const retention::Removal& removal) const;
  void take_finished();

  Parts in_;
  volume::RemovalOptions options_;
  RemovalPace pace_;
  FailingDirectories failing_;
  std::vector<const retention::Removal*> charts_;
  std::size_t next_ = 0;  // index into `charts_`
  std::deque<std::vector<retention::Removal>> further_plans_;
  std::vector<Finished> finished_;
  bool goes_on_ = true;           // false after a stop request or if the root was replaced
  volume::RemovalWindow window_;  // the last member: its threads use the plans until it ends
};

}  // namespace reaper::sweep
