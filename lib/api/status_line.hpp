#pragma once

#include "api/configured_limits.hpp"
#include "assessment/assess.hpp"
#include "sweep/snapshot.hpp"

#include <string>

namespace reaper::api {

/// The state of the charts in one line for the service manager: how full the directory is, and the worst problem if it
/// is a warning or critical. Empty while nothing is known.
[[nodiscard]] std::string status_line(const sweep::Snapshot& known, const ConfiguredLimits& limits,
                                      const assessment::Assessment& assessment);

}  // namespace reaper::api
