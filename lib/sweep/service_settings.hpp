#pragma once

#include "sweep/policy.hpp"

#include <chrono>

namespace reaper::sweep {

/// The settings of the sweep service. A reload replaces them as a whole.
struct ServiceSettings {
  Policy policy;
  std::chrono::nanoseconds interval{};
};

}  // namespace reaper::sweep
