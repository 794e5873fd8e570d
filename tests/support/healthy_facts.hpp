#pragma once

#include "assessment/assess.hpp"
#include "base/size.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace reaper::test {

/// Facts of a daemon without problems: 400 of 1000 MB used, nothing failed.
inline assessment::Facts healthy_facts() {
  assessment::Facts facts;
  facts.now = base::FileTime(std::chrono::hours(24 * 365 * 50));
  facts.boot_now = std::chrono::hours(100);
  facts.settings.max_age = std::chrono::hours(24);
  facts.settings.min_age = std::chrono::seconds(60);
  facts.settings.limit_bytes = 1000 * base::k_mebibyte;
  assessment::ChartFacts charts;
  charts.charts = 600;
  charts.bytes = 400 * base::k_mebibyte;
  charts.allocated_bytes = charts.bytes;
  charts.watched = true;
  facts.charts = charts;
  facts.volume.total_bytes = 8000 * base::k_mebibyte;
  facts.volume.free_bytes = 5000 * base::k_mebibyte;
  facts.sweep = assessment::SweepFacts{.started = facts.now, .due = 3};
  return facts;
}

/// Returns the codes of the problems, worst first.
inline std::vector<std::string> codes_of(const assessment::Assessment& assessment) {
  std::vector<std::string> codes;
  for (const assessment::Problem& problem : assessment.problems) codes.emplace_back(to_string(problem.code));
  return codes;
}

/// Sets a limit of 10 % of the volume of 8000 MB. Charts and free space take all of the volume.
inline void use_percent(assessment::Facts& facts) {
  facts.settings.max_size_percent = 10;
  facts.settings.counted_volume_bytes = facts.volume.total_bytes;
  facts.settings.limit_bytes = 800 * base::k_mebibyte;
  facts.volume.free_bytes = 7600 * base::k_mebibyte;
}

}  // namespace reaper::test
