#pragma once

#include "assessment/assess.hpp"
#include "sweep/snapshot.hpp"

#include <cstdint>
#include <string>

namespace reaper::api {

/// Returns one line for the service manager: the usage of the limit in force, and the worst problem if it is a warning
/// or critical. Empty if nothing is known.
[[nodiscard]] std::string status_line(const sweep::Snapshot& known, std::uint64_t limit_bytes,
                                      const assessment::Assessment& assessment);

}  // namespace reaper::api
