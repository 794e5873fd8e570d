#pragma once

#include "sweep/report.hpp"

#include <boost/json/object.hpp>

#include <cstdint>

namespace reaper::sweep {

/// One removal of the sweep that `report` is about, as a line of the audit file. `freed_bytes` of all lines of a reason
/// add up to what the metrics count for it. `sweep` is when the sweep started, the name it has in the history.
[[nodiscard]] boost::json::object audit_line(const Report& report, const RemovedChart& chart,
                                             std::uint64_t freed_bytes);

}  // namespace reaper::sweep
