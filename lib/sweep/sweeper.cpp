#include "sweep/sweeper.hpp"

#include "sweep/ledger.hpp"

#include <chrono>

namespace reaper::sweep {

using telemetry::LogLevel;

Sweeper::Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress,
                 Watching watching)
    : root_(&root), clock_(&clock), log_(&log), progress_(&progress), live_(root, clock, progress, watching) {}

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
  use_patterns(policy.patterns);
  Policy trusted = policy;
  const ClockGuard::Verdict clock = clock_guard_.check(*clock_, policy.limits.max_age);
  if (clock.jumped != std::chrono::nanoseconds::zero()) {
    log_->write(LogLevel::warning, "Wall clock jumped, charts do not expire by age until it can be trusted again",
                {{"jumped_seconds", std::chrono::duration<double>(clock.jumped).count()}});
  }
  if (!clock.trusted) trusted.limits.age_rule = retention::AgeRule::suspended;
  report.age_rule_suspended = !clock.trusted;
  const bool was_suspended = free_space_.suspended();
  Pass({*root_, live_, free_space_, left_charts_, *clock_, *log_, *progress_, on_storage_, audit_}, trusted, stop,
       report)
      .run();
  if (free_space_.suspended() && !was_suspended)
    log_->write(LogLevel::warning,
                "Removing charts does not free space on the volume, so none are removed for it until it does",
                {{"root", root_->path()}});
  say_whether_watched();
  say_drift();
  say_future_times();
}

Look Sweeper::look(const Policy& policy, const std::stop_token& stop) {
  Look look;
  look.problem = check_root();
  if (!look.problem.empty()) return look;
  use_patterns(policy.patterns);
  // What cannot be read is said by the next sweep, which meets it again.
  volume::Failures failures;
  live_.refresh({policy.patterns, failures, stop});
  if (!live_.is_current()) return look;
  const auto space = root_->space();
  const std::uint64_t wanted = space ? free_space_.wanted_bytes(*space) : 0;
  look.storage = storage_of(live_, *root_, policy.limits, {.now = clock_->now(), .wanted_bytes = wanted});
  say_whether_watched();
  say_drift();
  say_future_times();
  return look;
}

Examination Sweeper::examine(const Policy& policy, const std::string& path, const std::stop_token& stop) {
  Examination result;
  result.problem = check_root();
  if (!result.problem.empty()) return result;
  use_patterns(policy.patterns);
  volume::Failures failures;
  live_.refresh({policy.patterns, failures, stop});
  if (!live_.is_current()) return result;
  charts::Catalog& catalog = live_.catalog();
  if (path.empty()) {
    result.figures = std::make_shared<const ChartFigures>(figures_of(catalog, policy.limits.max_age, clock_->now()));
    return result;
  }
  result.searched = true;
  result.chart = facts_of(catalog, path);
  const auto space = root_->space();
  if (result.chart && space) result.chart->wanted_bytes = free_space_.wanted_bytes(*space);
  return result;
}

std::string Sweeper::check_root() {
  const auto checked = root_->check();
  progress_->step();
  if (!checked) {
    live_.reset();
    return "the chart directory cannot be used: " + checked.error().message();
  }
  if (*checked == volume::Root::State::replaced) {
    live_.reset();
    log_->write(LogLevel::warning, "Chart directory was replaced, the old one is no longer touched",
                {{"root", root_->path()}});
  }
  return {};
}

/// What other patterns call a chart is not known.
void Sweeper::use_patterns(const base::GlobList& patterns) {
  if (patterns_ == patterns.globs()) return;
  live_.reset();
  patterns_ = patterns.globs();
}

void Sweeper::say_whether_watched() {
  std::string now = live_.is_watched() ? "watched" : live_.why_not_watched();
  if (now == said_of_watching_ || now.empty()) return;
  if (live_.is_watched())
    log_->write(LogLevel::info, "Chart directory is watched", {{"directories", live_.catalog().directory_count()}});
  else
    log_->write(LogLevel::warning, "Chart directory is not watched, it is looked through now and then instead",
                {{"why", now}});
  said_of_watching_ = std::move(now);
}

void Sweeper::say_drift() {
  if (live_.drift() == 0 || live_.last_full_scan() == drift_said_of_) return;
  drift_said_of_ = live_.last_full_scan();
  log_->write(LogLevel::warning, "Charts were found other than watching had told", {{"charts", live_.drift()}});
}

/// Once for as long as there are any: the clock of a writer is wrong, and stays wrong until it is set.
void Sweeper::say_future_times() {
  const std::uint64_t charts = live_.catalog().future_count();
  if (charts != 0 && !said_future_times_)
    log_->write(LogLevel::warning, "Charts have times in the future, their age counts from their last change instead",
                {{"charts", charts}});
  said_future_times_ = charts != 0;
}

}  // namespace reaper::sweep
