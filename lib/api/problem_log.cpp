#include "api/problem_log.hpp"

#include "base/json_number.hpp"

#include <algorithm>

namespace reaper::api {
namespace {

using assessment::Assessment;
using assessment::Code;
using assessment::Problem;
using assessment::Severity;
using telemetry::LogLevel;

LogLevel level_of(const Problem& problem) {
  // The documentation promises at least these levels for the two usage problems.
  if (problem.code == Code::usage_critical) return LogLevel::error;
  if (problem.code == Code::usage_high) return LogLevel::warning;
  switch (problem.severity) {
    case Severity::critical: return LogLevel::error;
    case Severity::warning: return LogLevel::warning;
    case Severity::info: return LogLevel::info;
  }
  return LogLevel::warning;
}

/// Returns true if usage became critical, because it is not below its mark again.
bool goes_on(const Problem& problem, const Assessment& after) {
  return problem.code == Code::usage_high && after.find(Code::usage_critical) != nullptr;
}

/// Returns true for a new or more severe problem. Usage is an exception: it has a code for each level.
bool begins(const Problem& problem, const Assessment& before) {
  const Problem* const known = before.find(problem.code);
  if (known == nullptr) return true;
  const bool is_usage = problem.code == Code::usage_critical || problem.code == Code::usage_high;
  return !is_usage && problem.severity > known->severity;
}

double lasted_seconds(const Problem& problem, const Assessment& before, std::chrono::nanoseconds boot_now) {
  const auto since = before.holding.find(problem.code);
  const auto lasted = since == before.holding.end() ? std::chrono::nanoseconds::zero() : boot_now - since->second.boot;
  return base::rounded(std::chrono::duration<double>(lasted).count(), 1);
}

}  // namespace

void log_changes(telemetry::Log& log, const AssessmentChange& change, std::chrono::nanoseconds boot_now) {
  for (const Problem& problem : change.after.problems) {
    if (!begins(problem, change.before)) continue;
    log.write(level_of(problem), title(problem.code),
              {{"code", to_string(problem.code)},
               {"detail", telemetry::Printable{problem.sentence}},
               {"do", problem.advice}});
  }
  for (const Problem& problem : problems_only_in(change.before, change.after))
    if (!goes_on(problem, change.after))
      log.write(
          LogLevel::info, end_title(problem.code),
          {{"code", to_string(problem.code)}, {"lasted_seconds", lasted_seconds(problem, change.before, boot_now)}});
}

}  // namespace reaper::api
