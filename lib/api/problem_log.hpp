#pragma once

#include "assessment/assess.hpp"
#include "telemetry/log.hpp"

#include <chrono>

namespace reaper::api {

/// Two assessments, one after the other.
struct AssessmentChange {
  const assessment::Assessment& before;
  const assessment::Assessment& after;
};

/// Logs the problems that have begun or become more severe, and those that are over. `boot_now` is the time since boot.
void log_changes(telemetry::Log& log, const AssessmentChange& change, std::chrono::nanoseconds boot_now);

}  // namespace reaper::api
