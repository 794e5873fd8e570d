#pragma once

#include "base/glob.hpp"
#include "retention/policy.hpp"

namespace reaper::sweep {

/// The settings of a sweep. A reload replaces them as a whole.
struct Policy {
  retention::Limits limits;
  base::GlobList patterns;
  double max_removals_per_second = 0;  ///< 0 for no limit
};

}  // namespace reaper::sweep
