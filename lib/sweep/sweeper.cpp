#include "sweep/sweeper.hpp"

#include "base/size.hpp"
#include "sweep/pass.hpp"
#include "sweep/report_builder.hpp"
#include "sweep/storage.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <utility>

namespace reaper::sweep {
namespace {

boost::json::value as_json(const std::optional<std::uint64_t>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

}  // namespace

using telemetry::LogLevel;

Sweeper::Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress,
                 live::Watching watching, volume::ReadLimits read_limits)
    : root_(&root),
      clock_(&clock),
      log_(&log),
      progress_(&progress),
      live_(root, clock, progress, watching, std::move(read_limits)) {}

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
  Pass({*root_, live_, free_space_, left_charts_, *clock_, *log_, *progress_, on_storage_, audit_}, trusted, stop,
       report)
      .run();
  if (report.storage) say_space(*report.storage, policy.limits);
  say_news();
}

StorageResult Sweeper::look(const Policy& policy, const std::stop_token& stop) {
  StorageResult result;
  result.problem = check_root();
  if (!result.problem.empty()) return result;
  use_patterns(policy.patterns);
  // What cannot be read is said by the next sweep, which meets it again.
  volume::Failures failures;
  live_.refresh({policy.patterns, failures, stop});
  if (!live_.is_current()) return result;
  if (const auto state = volume_state(*root_, live_.catalog())) free_space_.observe(*state);
  result.storage = storage_of(space_parts(), policy.limits, clock_->now());
  say_space(*result.storage, policy.limits);
  say_news();
  return result;
}

AnswersResult Sweeper::examine(const Policy& policy, const Questions& questions, const std::stop_token& stop) {
  AnswersResult result;
  result.found = look(policy, stop);
  const std::shared_ptr<const Storage>& storage = result.found.storage;
  if (!storage) return result;
  result.answers = answers_from(live_.catalog(), questions, policy.limits.max_age, storage->as_of);
  if (!result.answers.charts.empty()) add_space(result.answers);
  return result;
}

void Sweeper::add_space(Answers& answers) const {
  const std::chrono::nanoseconds boot_now = clock_->since_boot();
  const auto state = volume_state(*root_, live_.catalog());
  if (!state) return;
  const auto demand = free_space_.demand(*state, retention::FreeSpaceGuard::Asked::yes, boot_now);
  const auto retry = free_space_.no_gain_until(boot_now);
  for (auto& [path, facts] : answers.charts) {
    if (!facts) continue;
    facts->demand = demand;
    if (retry) facts->no_gain_until = clock_->now() + (*retry - boot_now);
  }
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
    free_space_.reset();
    log_->write(LogLevel::warning, "Chart directory was replaced, the old one is no longer touched",
                {{"root", root_->path()}});
  }
  return {};
}

/// The catalog only knows charts that match the old patterns, so it starts again.
void Sweeper::use_patterns(const base::GlobList& patterns) {
  if (patterns_ == patterns.globs()) return;
  live_.reset();
  patterns_ = patterns.globs();
}

void Sweeper::say_news() {
  say_whether_watched();
  say_drift();
  say_future_times();
  say_too_deep();
  say_only_counted();
}

void Sweeper::say_whether_watched() {
  std::string now = live_.is_watched() ? "watched" : live_.why_not_watched();
  if (now == said_of_watching_ || now.empty()) return;
  if (live_.is_watched())
    log_->write(LogLevel::info, "Chart directory is watched",
                {{"directories", live_.watches()}, {"watches_limit", as_json(live_.max_watches())}});
  else
    log_->write(LogLevel::warning, "Chart directory is not watched, it is looked through now and then instead",
                {{"why", now}});
  said_of_watching_ = std::move(now);
}

void Sweeper::say_space(const Storage& storage, const retention::Limits& limits) {
  const bool no_gain = storage.no_gain_until.has_value();
  if (no_gain && !said_no_gain_) {
    log_->write(LogLevel::warning,
                "Removing charts does not free space on the volume, so only a few are tried now and then until it does",
                {{"root", root_->path()}, {"next_try", base::rfc3339(*storage.no_gain_until)}});
  } else if (!no_gain && said_no_gain_) {
    log_->write(LogLevel::info, "Charts go for free space again", {{"root", root_->path()}});
  }
  said_no_gain_ = no_gain;
  if (storage.only_young_for_space && !said_only_young_)
    log_->write(
        LogLevel::warning,
        "The volume is nearly full and all charts are younger than CHART_MIN_AGE_SECONDS, so none can make room",
        {{"root", root_->path()},
         {"min_age_seconds", std::chrono::duration<double>(limits.min_age).count()},
         {"free_bytes", storage.free_bytes.value_or(0)}});
  // Charts that grow old enough one by one, with the volume as full as before, are no new beginning.
  said_only_young_ = (said_only_young_ || storage.only_young_for_space) && !storage.lacking.is_none();
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

/// Those that a scan meets are in its report; these have come since.
void Sweeper::say_too_deep() {
  const volume::TooDeep& found = live_.too_deep();
  if (found.count != 0 && !too_deep_said_)
    log_->write(LogLevel::warning, "Directories too deep to look for charts in",
                {{"count", found.count}, {"path", found.path}});
  too_deep_said_ = found.count != 0;
}

void Sweeper::say_only_counted() {
  const live::OnlyCounted& counted = live_.only_counted();
  if (counted.charts != 0 && !only_counted_said_)
    log_->write(LogLevel::warning,
                "Memory limit is too small for all charts: expired ones are removed and the size limit is held, but "
                "charts beyond are counted only, and the order of removal is that of the charts that are known",
                {{"charts_known", live_.catalog().chart_count()},
                 {"charts_only_counted", counted.charts},
                 {"memory_limit_mb", base::to_mebibytes(live_.memory_limit().value_or(0))},
                 {"do", "raise the memory limit of the container or unit, or shorten CHART_MAX_AGE_HOURS"}});
  only_counted_said_ = counted.charts != 0;
}

}  // namespace reaper::sweep
