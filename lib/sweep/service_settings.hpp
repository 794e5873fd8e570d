#pragma once

#include "sweep/policy.hpp"

#include <chrono>

namespace reaper::sweep {

/// The settings of the sweep service; replaced as a whole when they are read again.
struct ServiceSettings {
  Policy policy;
  std::chrono::nanoseconds interval{};
  bool automatic = true;  ///< false: nothing is removed but what is asked for
};

}  // namespace reaper::sweep
