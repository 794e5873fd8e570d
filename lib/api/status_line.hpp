#pragma once

#include "api/wire.hpp"
#include "sweep/snapshot.hpp"

#include <string>

namespace reaper::api {

/// The state of the charts in one line for the service manager: why the root cannot be used, or how full it is. Empty
/// while it is not known.
[[nodiscard]] std::string status_line(const sweep::Snapshot& known, const GivenLimits& limits);

}  // namespace reaper::api
