#include "assessment/rules.hpp"
#include "assessment/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::assessment {
namespace {

/// If more than this part of the volume is neither free nor taken by charts, other data takes it. Reserved blocks and
/// the file system itself take less; ext4 reserves 5 %.
constexpr double k_other_data_part = 0.10;

constexpr std::string_view k_advice_on_percent =
    "Set CHART_VOLUME_SIZE_MB to the space on the volume that is for charts, or use CHART_MAX_SIZE_MB alone.";

/// Appends the sentence to the others.
void append(std::string& sentences, std::string_view sentence) {
  if (!sentences.empty() && !sentence.empty()) sentences += ' ';
  sentences += sentence;
}

/// Returns one sentence for each conflict.
std::string conflicts(const Facts& facts) {
  const SettingFacts& settings = facts.settings;
  std::string sentences;
  const auto say = [&](const std::string& sentence) { append(sentences, sentence); };
  if (settings.min_age > settings.max_age)
    say(fmt::format("{} ({}) is above CHART_MAX_AGE_HOURS ({}), so charts live longer than the maximum age.",
                    settings.min_age_is_set ? "CHART_MIN_AGE_SECONDS" : "The minimum age on a bucket",
                    time_in_words(settings.min_age), time_in_words(settings.max_age)));
  if (settings.declared_bytes && settings.limit_bytes > *settings.declared_bytes)
    say(
        fmt::format("The size limit of {} is above CHART_VOLUME_SIZE_MB ({}), so the volume is full before charts "
                    "are removed by size.",
                    size_in_words(settings.limit_bytes), size_in_words(*settings.declared_bytes)));
  if (facts.volume.total_bytes && settings.limit_bytes > *facts.volume.total_bytes)
    say(
        fmt::format("The size limit of {} is above the size of the volume ({}), so the volume is full before charts "
                    "are removed by size.",
                    size_in_words(settings.limit_bytes), size_in_words(*facts.volume.total_bytes)));
  return sentences;
}

/// Compares whole blocks, because the kubelet counts blocks.
std::string overflow(const Facts& facts) {
  const auto& declared = facts.settings.declared_bytes;
  if (!declared || !facts.charts || facts.charts->allocated_bytes <= *declared) return {};
  return fmt::format("Charts take {} in whole blocks. That is more than CHART_VOLUME_SIZE_MB ({}).",
                     size_in_words(facts.charts->allocated_bytes), size_in_words(*declared));
}

/// Returns the space of other data if it is a large part of the volume. Charts that are not counted would look like
/// other data: those in directories that cannot be read, and new ones on a volume that does not report changes.
std::optional<std::uint64_t> other_data(const Facts& facts) {
  const VolumeFacts& volume = facts.volume;
  if (!facts.charts || facts.charts->unreadable != 0 || !facts.charts->shows_changes) return {};
  if (!volume.total_bytes || !volume.free_bytes) return {};
  const std::uint64_t not_other = *volume.free_bytes + facts.charts->allocated_bytes;
  const std::uint64_t other = *volume.total_bytes - std::min(*volume.total_bytes, not_other);
  const bool is_large = static_cast<double>(other) > k_other_data_part * static_cast<double>(*volume.total_bytes);
  return is_large ? std::optional(other) : std::nullopt;
}

/// Returns a sentence if CHART_MAX_SIZE_PERCENT does not limit the charts as the user may expect; empty if it does.
std::string percent_conflict(const Facts& facts) {
  const SettingFacts& settings = facts.settings;
  if (!settings.max_size_percent || settings.declared_bytes || !facts.root_problem.empty()) return {};
  const std::string name = fmt::format("CHART_MAX_SIZE_PERCENT ({:g} %)", *settings.max_size_percent);
  if (!settings.counted_volume_bytes)
    return fmt::format(
        "{} cannot be applied, because the volume reports no size that can be trusted. The limit in force is "
        "CHART_MAX_SIZE_MB ({}).",
        name, size_in_words(settings.limit_bytes));
  if (const auto other = other_data(facts))
    return fmt::format("The volume is shared with other data, which takes {}. {} counts the whole volume ({}).",
                       size_in_words(*other), name, size_in_words(*settings.counted_volume_bytes));
  if (!facts.volume.is_whole)
    return fmt::format(
        "The chart directory is only a part of its volume, which other data may share. {} counts the "
        "whole volume ({}).",
        name, size_in_words(*settings.counted_volume_bytes));
  return {};
}

}  // namespace

void judge_settings(const Facts& facts, std::vector<Finding>& findings) {
  if (!facts.settings.cleanup_enabled)
    findings.push_back({{.code = Code::cleanup_disabled,
                         .severity = Severity::warning,
                         .sentence = "Automatic cleanup is off: charts are removed on request only.",
                         .advice = "Do a dry run first. If it shows what you expect, set CHART_ENABLE_CLEANUP=true."}});
  std::string sentences = conflicts(facts);
  append(sentences, overflow(facts));
  std::string advice;
  if (!sentences.empty())
    advice = facts.settings.min_age_is_set
                 ? fmt::format("Lower {} or CHART_MIN_AGE_SECONDS to what the volume and the maximum age allow.",
                               facts.settings.limit_setting)
                 : fmt::format("Lower {} to what the volume allows, or raise CHART_MAX_AGE_HOURS.",
                               facts.settings.limit_setting);
  if (const std::string conflict = percent_conflict(facts); !conflict.empty()) {
    append(sentences, conflict);
    append(advice, k_advice_on_percent);
  }
  if (!sentences.empty())
    findings.push_back({{.code = Code::settings_conflict,
                         .severity = Severity::warning,
                         .sentence = std::move(sentences),
                         .advice = std::move(advice)}});
}

}  // namespace reaper::assessment
