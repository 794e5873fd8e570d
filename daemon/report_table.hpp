#pragma once

#include "api/configured_limits.hpp"
#include "output.hpp"
#include "sweep/report.hpp"

namespace reaper::daemon {

/// Prints the report of a sweep for people: the charts of a dry run, a table by reason, and the charts that stay.
void print_report(Output& output, const sweep::Report& report, const api::ConfiguredLimits& limits);

}  // namespace reaper::daemon
