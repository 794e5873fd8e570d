#pragma once

#include "assessment/assess.hpp"
#include "telemetry/log.hpp"

#include <chrono>

namespace reaper::api {

/// Two successive assessments.
struct AssessmentChange {
  const assessment::Assessment& before;
  const assessment::Assessment& after;
};

/// Logs the problems that began or became more severe, and those that ended. `boot_now` is the time since boot.
void log_changes(telemetry::Log& log, const AssessmentChange& change, std::chrono::nanoseconds boot_now);

}  // namespace reaper::api
