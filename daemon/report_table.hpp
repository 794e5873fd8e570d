#pragma once

#include "api/statistics_json.hpp"
#include "output.hpp"
#include "sweep/report.hpp"

namespace reaper::daemon {

/// Prints what a sweep did, or would do, for a person: the charts of a dry run, then a table by reason, then what
/// stays.
void print_report(Output& output, const sweep::Report& report, const api::ConfiguredLimits& limits);

}  // namespace reaper::daemon
