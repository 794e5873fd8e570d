#include "assessment/rules.hpp"
#include "assessment/words.hpp"
#include "base/size.hpp"
#include "base/words.hpp"

#include <fmt/format.h>

namespace reaper::assessment {
namespace {

/// A sweep needs this long to make room while writers continue. Shorter shortages are normal.
constexpr std::chrono::seconds k_shortage_may_last{30};

std::string root_sentence(const Facts& facts) {
  if (!facts.root_problem.empty()) return as_sentence(facts.root_problem) + ".";
  return fmt::format("The chart directory cannot be written, so charts cannot be removed: {}.",
                     facts.root_not_writable);
}

void judge_root(const Facts& facts, std::vector<Finding>& findings) {
  const bool must_write = facts.settings.cleanup_enabled && !facts.root_not_writable.empty();
  if (!facts.root_problem.empty() || must_write)
    findings.push_back({{.code = Code::root_unusable,
                         .severity = Severity::critical,
                         .sentence = root_sentence(facts),
                         .advice = "Mount the volume, and give the user of chart-reaper the right to read and write "
                                   "CHART_OUTPUT_DIR (under systemd: ReadWritePaths=). chart-reaper keeps trying."}});
  if (!facts.hang.empty())
    findings.push_back(
        {{.code = Code::hung,
          .severity = Severity::critical,
          .sentence = as_sentence(facts.hang) + ", so the volume does not answer.",
          .advice = "Check the disk or the server behind the volume. Cleanup continues when it answers."}});
}

void judge_room(const Facts& facts, const Assessment& before, std::vector<Finding>& findings) {
  const VolumeFacts& volume = facts.volume;
  // The problem stays while the reserve is missing, even if single charts become old enough to remove.
  const bool goes_on = before.find(Code::only_young_charts) != nullptr && !volume.lacking.is_none();
  if (volume.only_young || goes_on)
    findings.push_back(
        {{.code = Code::only_young_charts,
          .severity = Severity::critical,
          .sentence = fmt::format("The volume has {} free. All charts are younger than {}, so none "
                                  "can be removed to make room.",
                                  size_in_words(volume.free_bytes.value_or(0)), time_in_words(facts.settings.min_age)),
          .advice = fmt::format("Enlarge the volume{}.", or_shorten_min_age(facts.settings.min_age_is_set))}});
  if (volume.no_gain_until)
    findings.push_back({{.code = Code::no_gain,
                         .severity = Severity::warning,
                         .sentence = fmt::format("The volume is nearly full, but removing charts did not free space. "
                                                 "chart-reaper tries a few charts again at {}.",
                                                 base::rfc3339(*volume.no_gain_until)),
                         .advice = "Look for snapshots, hard links or open files that keep the space of removed "
                                   "charts, and for other programs that fill the volume."}});
  if (volume.lacking.bytes != 0)
    findings.push_back(
        {{.code = Code::low_space,
          .severity = Severity::warning,
          .sentence = fmt::format("The volume has {} free. That is {} less than the reserve.",
                                  size_in_words(volume.free_bytes.value_or(0)), size_in_words(volume.lacking.bytes)),
          .advice = fmt::format("The oldest charts are removed to make room. Enlarge the volume, or lower {}.",
                                facts.settings.limit_setting)},
         k_shortage_may_last});
  if (volume.lacking.inodes != 0)
    findings.push_back(
        {{.code = Code::low_inodes,
          .severity = Severity::warning,
          .sentence = fmt::format("The volume has {}. That is {} less than the reserve.",
                                  base::count_in_words(volume.free_inodes.value_or(0), "free inode", "free inodes"),
                                  volume.lacking.inodes),
          .advice = "The oldest charts are removed to make room. Remove other files, or create the file system with "
                    "more inodes."},
         k_shortage_may_last});
}

void judge_knowledge(const Facts& facts, std::vector<Finding>& findings) {
  if (!facts.charts) {
    if (!facts.root_problem.empty()) return;
    findings.push_back({{.code = Code::figures_partial,
                         .severity = Severity::info,
                         .sentence = fmt::format("The first scan is under way: {} so far.",
                                                 base::count_in_words(facts.charts_seen, "chart", "charts")),
                         .advice = "Wait until it ends; before that, there are no figures."}});
    return;
  }
  const ChartFacts& charts = *facts.charts;
  if (charts.unreadable == 0) return;
  findings.push_back({{.code = Code::unreadable,
                       .severity = Severity::warning,
                       .sentence = fmt::format("{} cannot be read, so charts in {} are not removed: {}.",
                                               base::count_in_words(charts.unreadable, "directory", "directories"),
                                               charts.unreadable == 1 ? "it" : "them", charts.unreadable_example),
                       .advice = "Give the user of chart-reaper the right to read and write them."}});
  findings.push_back({{.code = Code::figures_partial,
                       .severity = Severity::info,
                       .sentence = "Figures are lower bounds, because some directories cannot be read.",
                       .advice = "Make these directories readable."}});
}

void judge_watching(const Facts& facts, std::vector<Finding>& findings) {
  if (!facts.charts) return;
  const ChartFacts& charts = *facts.charts;
  if (!charts.shows_changes)
    findings.push_back(
        {{.code = Code::not_watched,
          .severity = Severity::info,
          .sentence = "This volume does not report changes, so new charts are counted at the next full scan.",
          .advice =
              "Shorten CHART_CLEANUP_INTERVAL_MINUTES if figures must be newer: a full scan runs once an interval."}});
  else if (facts.settings.wants_watches && !charts.watched && !charts.why_not_watched.empty())
    findings.push_back(
        {{.code = Code::not_watched,
          .severity = Severity::info,
          .sentence = fmt::format("The chart directory is not watched: {}. chart-reaper scans it at intervals "
                                  "instead.",
                                  charts.why_not_watched),
          .advice = "Raise fs.inotify.max_user_watches or the memory limit, if the reason names one of them. Raise "
                    "fs.inotify.max_user_instances if it says `Too many open files`."}});
}

void judge_charts(const Facts& facts, std::vector<Finding>& findings) {
  if (!facts.charts) return;
  const ChartFacts& charts = *facts.charts;
  if (charts.future != 0)
    findings.push_back({{.code = Code::future_times,
                         .severity = Severity::warning,
                         .sentence = fmt::format("{} had a time in the future when first seen. Their age counts from "
                                                 "their last change instead.",
                                                 base::count_in_words(charts.future, "chart", "charts")),
                         .advice = "Set the clock of the machine that writes them."}});
  if (charts.only_counted != 0)
    findings.push_back(
        {{.code = Code::memory_short,
          .severity = Severity::warning,
          .sentence =
              fmt::format("{} of {} charts are only counted, because the memory limit is too small. Expired charts are "
                          "still removed. The size limit is enforced by removing charts that are known by name.",
                          charts.only_counted, charts.charts),
          .advice = "Raise the memory limit of the container or unit, or shorten CHART_MAX_AGE_HOURS."}});
}

}  // namespace

void judge_volume(const Facts& facts, const Assessment& before, std::vector<Finding>& findings) {
  judge_root(facts, findings);
  judge_room(facts, before, findings);
  judge_knowledge(facts, findings);
  judge_watching(facts, findings);
  judge_charts(facts, findings);
}

}  // namespace reaper::assessment
