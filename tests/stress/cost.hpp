#pragma once

#include "options.hpp"
#include "workspace.hpp"

namespace stress {

/// The cost of one removal, in microseconds.
struct Cost {
  double wall_us = 0;
  double cpu_us = 0;
};

/// Medians over several pairs of runs. The two runs of a pair follow each other and remove the same number of charts,
/// which nothing else uses.
struct CostFigures {
  Cost plain;
  Cost protocol;
  double wall_ratio = 0;  ///< median of the pairs' ratios
  double cpu_ratio = 0;
  unsigned pairs = 0;
};

/// Measures at least three pairs, until `options.seconds` are over. Throws std::exception if a chart was not removed.
[[nodiscard]] CostFigures measure_cost(const Options& options, const Workspace& workspace);

}  // namespace stress
