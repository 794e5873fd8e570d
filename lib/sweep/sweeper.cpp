#include "sweep/sweeper.hpp"

#include "base/json_optional.hpp"
#include "sweep/pass.hpp"
#include "sweep/report_builder.hpp"
#include "sweep/storage.hpp"
#include "sweep/volume_line.hpp"

#include <chrono>
#include <utility>

namespace reaper::sweep {

using telemetry::LogLevel;

Sweeper::Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress,
                 live::Watching watching, volume::ReadSystemLimits read_limits)
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

  report.root = check_root(policy);
  if (report.root.problem.empty()) {
    carry_out(policy, stop, report);
  } else {
    report.errors = 1;
    report.errors_by_operation["root"] = 1;
    report.error_list.add_first("root", "", report.root.problem);
    report.problem = report.root.problem;
    log_->write(LogLevel::error, "Error during chart cleanup", {{"error", telemetry::Printable{*report.problem}}});
  }
  root_->pool().rest();
  report.duration = std::chrono::steady_clock::now() - began;
  log_completion(*log_, report);
  return report;
}

void Sweeper::carry_out(const Policy& policy, const std::stop_token& stop, Report& report) {
  use_patterns(policy.patterns);
  Policy trusted = policy;
  trusted.limits = policy.limits_on(report.root);
  const ClockGuard::Verdict clock = clock_guard_.check(*clock_, policy.limits.max_age);
  if (clock.jumped != std::chrono::nanoseconds::zero()) {
    log_->write(LogLevel::warning, "Wall clock jumped, charts do not expire by age until it can be trusted again",
                {{"jumped_seconds", std::chrono::duration<double>(clock.jumped).count()}});
  }
  if (!clock.trusted) trusted.limits.age_rule = retention::AgeRule::suspended;
  report.age_rule_suspended = !clock.trusted;
  std::function<void(std::shared_ptr<const Storage>)> on_storage;
  if (on_storage_)
    on_storage = [&](std::shared_ptr<const Storage> storage) { on_storage_({std::move(storage), report.root}); };
  PassContext context{*root_,  live_, free_space_, left_charts_,          skip_counter_,
                      *clock_, *log_, *progress_,  std::move(on_storage), audit_};
  Pass(std::move(context), trusted, stop, report).run();
  say_news();
}

StorageResult Sweeper::read_storage(const Policy& policy, const std::stop_token& stop, FindUnseen find_unseen) {
  StorageResult result;
  result.root = check_root(policy);
  if (!result.root.problem.empty()) return result;
  use_patterns(policy.patterns);
  // Ignore errors here. The next sweep meets and reports them.
  volume::Failures failures;
  const live::ScanContext context{policy.patterns, failures, stop};
  if (find_unseen == FindUnseen::yes && live_.unseen_since()) live_.scan(charts::k_root, context);
  else live_.refresh(context);
  root_->pool().rest();
  if (!live_.is_current()) return result;
  if (const auto state = volume_state(*root_, live_.catalog())) free_space_.observe(*state);
  result.storage = storage_of(space_parts(), policy.limits_on(result.root), clock_->now());
  say_news();
  return result;
}

AnswersResult Sweeper::answer_questions(const Policy& policy, const Questions& questions, const std::stop_token& stop) {
  AnswersResult result;
  result.found = read_storage(policy, stop);
  const std::shared_ptr<const Storage>& storage = result.found.storage;
  if (!storage) return result;
  result.answers = answers_from(live_.catalog(), questions, policy.limits.max_age, storage->scanned_at());
  if (!result.answers.charts.empty()) add_space(result.answers);
  for (auto& [path, why] : result.answers.unreadable) why = live_.why_unreadable(why);
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

RootState Sweeper::check_root(const Policy& policy) {
  const auto checked = root_->check();
  progress_->step();
  if (!checked) {
    live_.reset();
    return {.problem = "the chart directory cannot be used: " + checked.error().message()};
  }
  if (*checked == volume::Root::State::replaced) {
    live_.reset();
    free_space_.reset();
    log_->write(LogLevel::warning, "Chart directory was replaced, the old one is no longer touched",
                {{"root", root_->path()}});
    log_volume(*log_, *root_->volume());
  }
  RootState state = state_of(*root_);
  if (const auto writable = root_->check_writable(); !writable) state.not_writable = writable.error().message();
  if (policy.automatic && state.not_writable.empty()) state.role = root_->take_lock();
  else root_->release_lock();
  return state;
}

/// Empties the catalog if the patterns are new, because it only knows charts that match the old ones.
void Sweeper::use_patterns(const base::GlobList& patterns) {
  if (patterns_ == patterns.globs()) return;
  live_.reset();
  patterns_ = patterns.globs();
}

void Sweeper::say_news() {
  say_watched();
  say_drift();
  say_too_deep();
}

void Sweeper::say_watched() {
  if (live_.is_watched() && !said_watched_)
    log_->write(LogLevel::info, "Chart directory is watched",
                {{"directories", live_.watches()}, {"watches_limit", base::json_or_null(live_.max_watches())}});
  said_watched_ = live_.is_watched();
}

void Sweeper::say_drift() {
  if (live_.drift() == 0 || live_.last_full_scan() == drift_said_of_) return;
  drift_said_of_ = live_.last_full_scan();
  log_->write(LogLevel::warning, "Full scan found changes that inotify did not report", {{"charts", live_.drift()}});
}

/// Logs the directories that appeared since the last scan. The report of the scan has those that it found.
void Sweeper::say_too_deep() {
  const volume::TooDeep& found = live_.too_deep();
  if (found.count != 0 && !too_deep_said_)
    log_->write(LogLevel::warning, "Directories too deep to scan for charts",
                {{"count", found.count}, {"path", found.path}});
  too_deep_said_ = found.count != 0;
}

}  // namespace reaper::sweep
