#pragma once

#include "api/configured_limits.hpp"
#include "assessment/assess.hpp"
#include "sweep/snapshot.hpp"

#include <string>

namespace reaper::api {

/// Returns one line for the service manager: the usage, and the worst problem if it is a warning or critical. Empty if
/// nothing is known.
[[nodiscard]] std::string status_line(const sweep::Snapshot& known, const ConfiguredLimits& limits,
                                      const assessment::Assessment& assessment);

}  // namespace reaper::api
