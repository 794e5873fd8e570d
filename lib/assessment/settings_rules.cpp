#include "assessment/rules.hpp"
#include "assessment/words.hpp"

#include <fmt/format.h>

#include <string>

namespace reaper::assessment {
namespace {

/// Returns one sentence for each conflict.
std::string conflicts(const Facts& facts) {
  const SettingFacts& settings = facts.settings;
  std::string sentences;
  const auto say = [&](const std::string& sentence) { sentences += (sentences.empty() ? "" : " ") + sentence; };
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

}  // namespace

std::string or_shorten_min_age(const SettingFacts& settings) {
  return settings.min_age_is_set ? ", or shorten CHART_MIN_AGE_SECONDS" : "";
}

void judge_settings(const Facts& facts, std::vector<Finding>& findings) {
  if (!facts.settings.cleanup_enabled)
    findings.push_back({{.code = Code::cleanup_disabled,
                         .severity = Severity::warning,
                         .sentence = "Automatic cleanup is off: charts are removed on request only.",
                         .advice = "Do a dry run first. If it shows what you expect, set CHART_ENABLE_CLEANUP=true."}});
  std::string sentences = conflicts(facts);
  if (const std::string more = overflow(facts); !more.empty()) sentences += (sentences.empty() ? "" : " ") + more;
  if (!sentences.empty())
    findings.push_back(
        {{.code = Code::settings_conflict,
          .severity = Severity::warning,
          .sentence = std::move(sentences),
          .advice = "Lower CHART_MAX_SIZE_MB or CHART_MIN_AGE_SECONDS to what the volume and the maximum "
                    "age allow."}});
}

}  // namespace reaper::assessment
