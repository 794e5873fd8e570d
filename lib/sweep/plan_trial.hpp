#pragma once

#include "base/error.hpp"
#include "retention/policy.hpp"
#include "sweep/report_builder.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/removal_trial.hpp"
#include "volume/root.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace reaper::sweep {

/// Enters the plan of a dry run into its report: the charts that would be removed, and those that could not be.
class PlanTrial {
 public:
  /// The parts of a pass that the trial works with.
  struct Parts {
    volume::Root& root;
    volume::Progress& progress;
    volume::Failures& failures;
    ReportBuilder& report_builder;
  };

  explicit PlanTrial(const Parts& parts) : in_(parts), trial_(parts.root) {}

  /// Notes charts of the plan, in this order.
  void note(std::span<const retention::Removal* const> removals);

  /// Notes a chart set that is empty, or would be without the charts noted before.
  void note_empty_set(const std::string& path);

 private:
  using Obstacle = std::optional<base::Error>;

  [[nodiscard]] std::vector<Obstacle> try_all(std::span<const retention::Removal* const> removals);
  void note(const retention::Removal& removal, const Obstacle& obstacle);

  Parts in_;
  volume::RemovalTrial trial_;
  std::set<std::string> staying_;  // directories with a chart that could not be removed
};

}  // namespace reaper::sweep
