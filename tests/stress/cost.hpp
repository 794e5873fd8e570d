#pragma once

#include "options.hpp"
#include "workspace.hpp"

namespace stress {

/// What one removal costs, in microseconds.
struct Cost {
  double wall_us = 0;
  double cpu_us = 0;
};

/// Medians over several pairs of runs, one right after the other, each over the same number of charts that nobody else
/// touches.
struct CostFigures {
  Cost plain;
  Cost protocol;
  double wall_ratio = 0;  ///< median of the pairs' ratios
  double cpu_ratio = 0;
  unsigned pairs = 0;
};

/// Measures until `options.seconds` are over, at least three pairs. Throws std::exception if a chart stays.
[[nodiscard]] CostFigures measure_cost(const Options& options, const Workspace& workspace);

}  // namespace stress
