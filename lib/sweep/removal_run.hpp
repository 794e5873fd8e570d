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

/// Removes the charts of a plan in their order, and of further plans while the last charts wait for their grace time.
/// The caller takes the charts as they finish. Each comes out exactly once, also after a stop or when the root was
/// replaced. Made for one plan and those that follow it at once.
class RemovalRun {
 public:
  /// A run with this number of charts takes no further plan, as plans are kept until it ends: with their names they
  /// take about a megabyte.
  static constexpr std::size_t k_max_charts = 4096;

  struct Parts {
    volume::Root& root;
    const retention::Limits& limits;
    const base::Clock& clock;
    double max_per_second = 0;  ///< 0 for no limit
  };

  /// A chart that has come out.
  struct Finished {
    const retention::Removal* removal;
    volume::RemovalResult result;
  };

  /// `plan` must outlive the run.
  RemovalRun(const Parts& parts, volume::RemovalOptions options, std::vector<const retention::Removal*> plan);

  /// True if all charts have been tried and another plan may follow.
  [[nodiscard]] bool wants_plan() const;

  /// Adds a further plan, which may be empty.
  void add(std::vector<retention::Removal> plan);

  /// True once every chart has come out of advance().
  [[nodiscard]] bool is_over() const { return has_tried_all() && window_.is_empty(); }

  /// Tries further charts until some have finished. If all have been tried already, waits for the next one to finish,
  /// for at most 50 ms. Returns what has finished, perhaps nothing. The result stays valid until the next call.
  [[nodiscard]] std::span<const Finished> advance();

 private:
  [[nodiscard]] bool has_tried_all() const { return next_ == charts_.size(); }
  void try_next();
  void check_root();
  [[nodiscard]] bool may_still_go(const retention::Removal& removal) const;
  void take_finished();

  Parts in_;
  volume::RemovalOptions options_;
  volume::RemovalWindow window_;
  RemovalPace pace_;
  FailingDirectories failing_;
  std::vector<const retention::Removal*> charts_;
  std::size_t next_ = 0;  // of `charts_`
  std::deque<std::vector<retention::Removal>> further_plans_;
  std::vector<Finished> finished_;
  bool goes_on_ = true;  // false once the sweep was stopped or the root replaced
};

}  // namespace reaper::sweep
