#pragma once

#include "base/glob.hpp"
#include "retention/policy.hpp"
#include "sweep/limits_in_force.hpp"

namespace reaper::sweep {

/// The settings of a sweep. A reload replaces them as a whole.
struct Policy {
  retention::Limits limits;  ///< as given; a sweep uses those of limits_on()
  base::GlobList patterns;
  double max_removals_per_second = 0;  ///< 0 for no limit
  VolumeShare share = {};
  bool automatic = false;  ///< sweeps run without a request, unless another reaper holds the lock of the root

  /// Returns the limits in force on the volume of the root.
  [[nodiscard]] retention::Limits limits_on(const RootState& root) const {
    return limits_in_force(limits, share, root);
  }
};

}  // namespace reaper::sweep
