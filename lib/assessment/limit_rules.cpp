#include "assessment/rules.hpp"
#include "assessment/words.hpp"
#include "base/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reaper::assessment {
namespace {

constexpr double k_high_ratio = 0.80;
constexpr double k_critical_ratio = 0.95;

/// Usage may be over the limit for this time, until the next sweep has made room.
constexpr std::chrono::seconds k_burst_may_last{30};

/// If charts live shorter than this part of the maximum age, they do not live as long as the settings promise.
constexpr double k_short_part = 0.5;

/// An older removal for room says nothing about the present.
constexpr std::chrono::hours k_room_removal_counts{24};

constexpr const char* k_advice_without_cleanup = "Set CHART_ENABLE_CLEANUP=true, or clean up by hand.";

/// Returns the last removal for room; null if it is too old to matter.
const RoomRemoval* current_room_removal(const Facts& facts) {
  if (!facts.room_removal) return nullptr;
  const auto counts = std::min<std::chrono::nanoseconds>(facts.settings.max_age, k_room_removal_counts);
  return facts.now - facts.room_removal->at <= counts ? &*facts.room_removal : nullptr;
}

bool is_short(const Facts& facts, const RoomRemoval& removal) {
  return std::chrono::duration<double>(removal.age) <
         k_short_part * std::chrono::duration<double>(facts.settings.max_age);
}

std::string advice_on_usage(const Facts& facts) {
  if (!facts.settings.cleanup_enabled) return k_advice_without_cleanup;
  return fmt::format("The oldest charts are removed once the limit is reached. Raise {} if they should live longer.",
                     facts.settings.limit_setting);
}

std::string usage_sentence(const Facts& facts, double ratio) {
  return fmt::format("Charts take {}, which is {:.0f} % of the limit of {}", size_in_words(facts.charts->bytes),
                     100 * ratio, size_in_words(facts.settings.limit_bytes));
}

void judge_over_limit(const Facts& facts, double ratio, std::vector<Finding>& findings) {
  const std::string usage = usage_sentence(facts, ratio);
  if (!facts.settings.cleanup_enabled) {
    findings.push_back({{.code = Code::over_limit,
                         .severity = Severity::critical,
                         .sentence = usage + ", and automatic cleanup is off.",
                         .advice = k_advice_without_cleanup}});
    return;
  }
  findings.push_back({{.code = Code::over_limit,
                       .severity = Severity::critical,
                       .sentence = usage + ", although sweeps remove every chart that they may remove.",
                       .advice = fmt::format("Raise {}. GET /charts/sweeps and the log say why charts stay.",
                                             facts.settings.limit_setting)},
                      k_burst_may_last});
  if (facts.sweep && facts.sweep->young != 0)
    findings.push_back(
        {{.code = Code::limit_unreachable,
          .severity = Severity::critical,
          .sentence = fmt::format("{} over the limit {} younger than the minimum age of {}. Charts are written "
                                  "faster than chart-reaper may remove them.",
                                  base::count_in_words(facts.sweep->young, "chart", "charts"),
                                  facts.sweep->young == 1 ? "is" : "are", time_in_words(facts.settings.min_age)),
          .advice = fmt::format("Raise {}{}.", facts.settings.limit_setting,
                                or_shorten_min_age(facts.settings.min_age_is_set))},
         k_burst_may_last});
}

/// Returns true if sweeps hold the limit without failures and removed charts lived long enough. Usage is always near
/// the limit then, which is no problem.
bool limit_works_as_meant(const Facts& facts) {
  const RoomRemoval* const removal = current_room_removal(facts);
  return facts.settings.cleanup_enabled && removal != nullptr && !is_short(facts, *removal) &&
         !(facts.sweep && facts.sweep->failed != 0);
}

/// Usage above a mark stays a problem until it is below the lower mark. So small changes around a mark do not repeat
/// the log line.
void judge_usage(const Facts& facts, const Assessment& before, std::vector<Finding>& findings) {
  const double ratio = static_cast<double>(facts.charts->bytes) /
                       static_cast<double>(std::max<std::uint64_t>(facts.settings.limit_bytes, 1));
  if (ratio > 1) judge_over_limit(facts, ratio, findings);
  if (ratio <= k_high_ratio) return;
  const bool is_critical = ratio > k_critical_ratio || before.find(Code::usage_critical) != nullptr;
  const bool as_meant = limit_works_as_meant(facts);
  Problem problem{.code = is_critical ? Code::usage_critical : Code::usage_high,
                  .severity = ratio > k_critical_ratio ? Severity::critical : Severity::warning,
                  .sentence = usage_sentence(facts, ratio) + ".",
                  .advice = advice_on_usage(facts)};
  if (as_meant) {
    problem.severity = Severity::info;
    problem.sentence = fmt::format("{}. The limit works as meant: the oldest charts are removed at an age of {}.",
                                   usage_sentence(facts, ratio), time_in_words(facts.room_removal->age));
  }
  findings.push_back({std::move(problem)});
}

void judge_retention(const Facts& facts, std::vector<Finding>& findings) {
  const RoomRemoval* const removal = current_room_removal(facts);
  if (removal == nullptr || !is_short(facts, *removal)) return;
  findings.push_back(
      {{.code = Code::retention_short,
        .severity = Severity::warning,
        .sentence = fmt::format("To make room, charts are removed at an age of {}. The maximum age is {}.",
                                time_in_words(removal->age), time_in_words(facts.settings.max_age)),
        .advice = fmt::format("Raise {}, enlarge the volume, or shorten CHART_MAX_AGE_HOURS to what fits.",
                              facts.settings.limit_setting)}});
}

}  // namespace

void judge_limit(const Facts& facts, const Assessment& before, std::vector<Finding>& findings) {
  judge_retention(facts, findings);
  if (facts.charts) judge_usage(facts, before, findings);
}

}  // namespace reaper::assessment
