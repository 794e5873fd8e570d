#include "assessment/rules.hpp"
#include "assessment/words.hpp"
#include "base/words.hpp"

#include <fmt/format.h>

namespace reaper::assessment {
namespace {

constexpr std::uint64_t k_few_errors = 5;

/// Up to this number of vanished charts is ignored, because a user may delete one analysis by hand.
constexpr std::uint64_t k_few_vanished = 4;

/// Vanished charts are a problem only above this part of the charts that this program removed in the day: one tenth.
constexpr std::uint64_t k_vanished_part = 10;

void judge_failures(const SweepFacts& sweep, std::vector<Finding>& findings) {
  const std::string why = sweep.first_error.empty() ? std::string() : ": " + sweep.first_error;
  const std::string due = base::count_in_words(sweep.due, "due chart", "due charts");
  if (sweep.nothing_done)
    findings.push_back(
        {{.code = Code::removal_failing,
          .severity = sweep.due != 0 ? Severity::critical : Severity::warning,
          .sentence = sweep.due != 0 ? none_removed_in_words(sweep.due, "due chart", "due charts") + why + "."
                                     : fmt::format("Empty chart sets, or a requested set, could not be "
                                                   "removed{}.",
                                                   why),
          .advice = "Run chart-reaper as the user who writes the charts, and give it the right to write "
                    "their directories."}});
  else if (sweep.failed != 0)
    findings.push_back({{.code = Code::removal_failing,
                         .severity = Severity::warning,
                         .sentence = fmt::format("{} of {} could not be removed{}.", sweep.failed, due, why),
                         .advice = "The log has the other errors."}});
  if (sweep.errors > k_few_errors)
    findings.push_back({{.code = Code::many_errors,
                         .severity = Severity::warning,
                         .sentence = fmt::format("The last sweep had {} errors{}.", sweep.errors,
                                                 sweep.first_error.empty() ? "" : ". The first: " + sweep.first_error),
                         .advice = "The next sweep tries again. The log has the paths."}});
}

void judge_protection(const Facts& facts, std::vector<Finding>& findings) {
  if (facts.sweep->age_rule_suspended)
    findings.push_back({{.code = Code::clock_untrusted,
                         .severity = Severity::warning,
                         .sentence = "The wall clock jumped, so charts do not expire by age until it can be trusted "
                                     "again. The size limit is still enforced.",
                         .advice = "Set the clock, and keep it synchronized (NTP)."}});
  if (facts.sweep->without_lease != 0)
    findings.push_back(
        {{.code = Code::weaker_protection,
          .severity = Severity::info,
          .sentence = fmt::format("The last sweep removed {} without a lease. It waited a second before each "
                                  "removal, to see if a writer uses the chart.",
                                  base::count_in_words(facts.sweep->without_lease, "chart", "charts")),
          .advice = "Run chart-reaper as the user who owns the charts, on a local disk."}});
  if (facts.sweep->only_compared != 0)
    findings.push_back(
        {{.code = Code::weaker_protection,
          .severity = Severity::info,
          .sentence = fmt::format("The last sweep removed {} from a bucket. A chart that another program writes at the "
                                  "moment of its removal is lost.",
                                  base::count_in_words(facts.sweep->only_compared, "chart", "charts")),
          .advice = "Do not rewrite charts that are older than the maximum age, or keep them on a local disk."}});
}

void judge_others(const Facts& facts, std::vector<Finding>& findings) {
  const DayFacts& day = facts.day;
  if (day.vanished <= k_few_vanished || day.vanished * k_vanished_part <= day.removed) return;
  findings.push_back(
      {{.code = Code::other_cleaner,
        .severity = Severity::warning,
        .sentence = fmt::format("In the last 24 hours, other programs removed {}. chart-reaper removed {}, "
                                "including those on request.",
                                base::count_in_words(day.vanished, "chart", "charts"), day.removed),
        .advice = "Find the other cleaner: a cron job, systemd-tmpfiles, or the service itself."}});
}

void judge_role(const Facts& facts, std::vector<Finding>& findings) {
  if (!facts.is_standby) return;
  findings.push_back(
      {{.code = Code::other_reaper,
        .severity = Severity::info,
        .sentence = "Another process holds the lock of the chart directory, so this chart-reaper removes charts on "
                    "request only. This one takes over within an interval after the lock is free.",
        .advice = "`lslocks` shows the process. If it is a chart-reaper, do nothing. Otherwise end it."}});
}

}  // namespace

void judge_sweeps(const Facts& facts, std::vector<Finding>& findings) {
  judge_others(facts, findings);
  judge_role(facts, findings);
  if (!facts.sweep) return;
  judge_failures(*facts.sweep, findings);
  judge_protection(facts, findings);
}

}  // namespace reaper::assessment
