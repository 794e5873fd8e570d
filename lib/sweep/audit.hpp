#pragma once

#include "sweep/report.hpp"

#include <boost/json/object.hpp>

#include <cstdint>

namespace reaper::sweep {

/// Returns the line of the audit file for one removal of the sweep in `report`. The `freed_bytes` of all lines of a
/// reason add up to the metric for it. `sweep` is the start time of the sweep, its name in the history.
[[nodiscard]] boost::json::object audit_line(const Report& report, const RemovedChart& chart,
                                             std::uint64_t freed_bytes);

}  // namespace reaper::sweep
