#include "sweep/sweeper.hpp"

#include "sweep/pass.hpp"

#include <chrono>

namespace reaper::sweep {

using telemetry::LogLevel;

Sweeper::Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress)
    : root_(&root), clock_(&clock), log_(&log), progress_(&progress) {}

Report Sweeper::sweep(const Request& request, const Policy& policy, const std::stop_token& stop) {
  const auto began = std::chrono::steady_clock::now();
  Report report;
  report.request = request;
  report.started = clock_->now();
  progress_->charts_seen = 0;
  progress_->charts_removed = 0;
  progress_->bytes_freed = 0;

  if (std::string problem = check_root(); problem.empty()) {
    carry_out(policy, stop, report);
  } else {
    report.errors = 1;
    report.errors_by_operation["root"] = 1;
    report.problem = std::move(problem);
    log_->write(LogLevel::error, "Error during chart cleanup", {{"error", *report.problem}});
  }
  report.duration = std::chrono::steady_clock::now() - began;
  log_completion(*log_, report);
  return report;
}

void Sweeper::carry_out(const Policy& policy, const std::stop_token& stop, Report& report) {
  retention::Limits limits = policy.limits;
  const ClockGuard::Verdict clock = clock_guard_.check(*clock_, limits.max_age);
  if (clock.jumped != std::chrono::nanoseconds::zero()) {
    log_->write(LogLevel::warning, "Wall clock jumped, charts do not expire by age until it can be trusted again",
                {{"jumped_seconds", std::chrono::duration<double>(clock.jumped).count()}});
  }
  if (!clock.trusted) limits.age_rule = retention::AgeRule::suspended;
  report.age_rule_suspended = !clock.trusted;
  Pass({*root_, *clock_, *log_, *progress_}, {limits, policy.patterns}, stop, report).run();
}

Look Sweeper::look(const Policy& policy, const std::stop_token& stop) {
  Look look;
  look.problem = check_root();
  if (!look.problem.empty()) return look;
  const volume::Scan scan = volume::scan(*root_, "", {policy.patterns, *progress_, stop});
  if (!scan.stopped) look.storage = storage_of(scan.catalog, *root_, clock_->now());
  return look;
}

std::string Sweeper::check_root() {
  const auto checked = root_->check();
  progress_->step();
  if (!checked) return "the chart directory cannot be used: " + checked.error().message();
  if (*checked == volume::Root::State::replaced)
    log_->write(LogLevel::warning, "Chart directory was replaced, the old one is no longer touched",
                {{"root", root_->path()}});
  return {};
}

}  // namespace reaper::sweep
