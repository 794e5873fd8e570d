#pragma once

#include "output.hpp"
#include "sweep/report.hpp"

#include <cstdint>

namespace reaper::daemon {

/// Prints the report of a sweep for people: the charts of a dry run, a table by reason, and the charts that stay.
/// `limit_bytes` is the size limit in force.
void print_report(Output& output, const sweep::Report& report, std::uint64_t limit_bytes);

}  // namespace reaper::daemon
