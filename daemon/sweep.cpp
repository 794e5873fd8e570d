#include "api/facts.hpp"
#include "api/long_answer.hpp"
#include "api/problem_log.hpp"
#include "api/sweep_json.hpp"
#include "assessment/assess.hpp"
#include "base/clock.hpp"
#include "base/words.hpp"
#include "commands.hpp"
#include "descriptor_limit.hpp"
#include "exit_code.hpp"
#include "output.hpp"
#include "policy.hpp"
#include "progress_line.hpp"
#include "report_table.hpp"
#include "sweep/sweeper.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "telemetry/progress_watch.hpp"
#include "volume/root.hpp"
#include "volume/system_limits.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <stop_token>

namespace reaper::daemon {
namespace {

/// A stopped sweep that makes no step for this long hangs in a call on the volume.
constexpr std::chrono::seconds k_stop_patience{2};

// Written by the signal handler, which may only write to sig_atomic_t (signal-safety(7)).
volatile std::sig_atomic_t g_signal = 0;

/// Gives the calling thread a descriptor table of its own. Otherwise every call counts the users of a descriptor,
/// because threads share the table (unshare(2)). If the kernel refuses, they still share it.
void unshare_descriptor_table() { static_cast<void>(::unshare(CLONE_FILES)); }

/// SIGINT, SIGTERM and SIGQUIT stop the sweep in an orderly way: nothing stays in quarantine.
void catch_signals() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { g_signal = signal; };
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) ::sigaction(signal, &action, nullptr);
}

/// Ends the program by the signal, so that the shell sees it (wait(2)).
[[noreturn]] void end_by(int signal) {
  // Nothing has crashed, so SIGQUIT must not write a core file.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::abort();  // not reached: the default action of these signals ends the process
}

int open_root(volume::Root& root, sweep::DryRun dry_run) {
  const auto failed = [](const base::Error& error, int code) {
    complain(fmt::format("CHART_OUTPUT_DIR: the root cannot be used: {}", error.message()));
    return code;
  };
  if (dry_run == sweep::DryRun::no)
    if (const auto made = root.make(); !made) return failed(made.error(), k_cannot_make_root);
  if (const auto checked = root.check(); !checked) return failed(checked.error(), k_cannot_use_root);
  return k_ok;
}

int exit_code(const sweep::Report& report) {
  return report.errors == 0 && !report.nothing_could_be_done() ? k_ok : k_cannot_use_root;
}

/// Ends the program without waiting for the thread of the sweep, because a call on the volume hangs. The kernel ends
/// the call with the process.
[[noreturn]] void give_up_on(const volume::Progress& progress) {
  complain(
      fmt::format("the volume does not answer, so the sweep ends without waiting for it, after {} removed; the "
                  "next sweep recovers charts that are in quarantine",
                  base::count_in_words(progress.charts_removed, "chart was", "charts were")));
  end_by(g_signal);
}

/// A sweep and its arguments.
struct SweepCall {
  sweep::Sweeper& sweeper;
  const sweep::Request& request;
  const sweep::Policy& policy;
};

/// Runs the sweep on a thread of its own, so that this one can draw its progress and stop it.
sweep::Report carry_out(const SweepCall& call, const volume::Progress& progress, ProgressLine& line) {
  std::stop_source stop;
  catch_signals();
  auto result = std::async(std::launch::async, [&] {
    unshare_descriptor_table();
    return call.sweeper.sweep(call.request, call.policy, stop.get_token());
  });
  telemetry::ProgressWatch watch(k_stop_patience);
  while (result.wait_for(k_progress_interval) != std::future_status::ready) {
    const bool is_stopping = g_signal != 0;
    if (is_stopping) stop.request_stop();
    if (!watch.is_alive(is_stopping, progress.steps, std::chrono::steady_clock::now())) {
      line.erase();
      give_up_on(progress);
    }
    line.draw();
  }
  line.erase();
  return result.get();
}

/// Returns the problems that this sweep has shown. Problems of the daemon, such as disabled automatic cleanup, are left
/// out.
assessment::Assessment assess(const sweep::Report& report, const config::Settings& settings, const base::Clock& clock) {
  assessment::SettingFacts judged = setting_facts_from(settings);
  judged.cleanup_enabled = true;
  judged.wants_watches = false;
  assessment::Facts facts = api::facts_of(report, judged);
  facts.now = clock.now();
  // The sweep has ended, so a remaining problem is not a burst that a sweep will still handle.
  const assessment::Assessment at_end = assessment::assess(facts, {});
  facts.boot_now = std::chrono::hours(1);
  return assessment::assess(facts, at_end);
}

std::string json_of(const sweep::Report& report) {
  http::Response answer = api::sweep_answer(std::make_shared<const sweep::Report>(report));
  api::complete(answer);
  return answer.body;
}

}  // namespace

int sweep_once(const Invocation& invocation) {
  const auto& [loaded, note] = invocation.load_command_settings();
  print_note(note);
  if (!settings_are_good(loaded)) return k_bad_settings;
  const config::Settings& settings = loaded.settings;
  const bool on_terminal = ::isatty(STDERR_FILENO) == 1;

  const base::SystemClock clock;
  telemetry::Log log(clock, STDERR_FILENO, invocation.variable("JOURNAL_STREAM"));
  log.set_format(settings.log_format);
  // On a terminal the table suffices; a line for each chart would hide it.
  log.set_level(on_terminal ? std::max(settings.log_level, base::LogLevel::warning) : settings.log_level);
  for (const std::string& warning : loaded.warnings) log.write(base::LogLevel::warning, warning);

  const auto dry_run = invocation.command_line.dry_run ? sweep::DryRun::yes : sweep::DryRun::no;
  volume::System system;
  volume::Root root(system, settings.output_dir, pool_width_from(settings));
  if (const int code = open_root(root, dry_run); code != k_ok) return code;

  raise_descriptor_limit();
  volume::Progress progress;
  telemetry::AuditFile audit(log, clock);
  if (const auto opened = audit.open(settings.audit_file); !opened) {
    complain(fmt::format("CHART_AUDIT_FILE: {}", opened.error().message()));
    return k_bad_settings;
  }
  const volume::SystemLimitsReader limits;
  sweep::Sweeper sweeper(root, clock, log, progress, live::Watching::off, [&] { return limits.read(); });
  sweeper.audit_to(audit);
  const sweep::Request request{.trigger = sweep::Trigger::command, .dry_run = dry_run, .set = {}, .asked_by = {}};
  ProgressLine line(progress, on_terminal);
  const sweep::Policy policy = policy_from(settings);
  const sweep::Report report = carry_out({sweeper, request, policy}, progress, line);
  // A stopped sweep has only seen a part of the volume.
  if (!report.stopped) api::log_changes(log, {{}, assess(report, settings, clock)}, clock.since_boot());
  Output output;
  if (invocation.command_line.json) output.print("{}\n", json_of(report));
  else print_report(output, report, policy.limits_on(report.root).max_size_bytes);
  const int code = output.exit_code(exit_code(report));
  if (report.stopped && g_signal != 0) end_by(g_signal);
  return code;
}

}  // namespace reaper::daemon
