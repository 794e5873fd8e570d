#include "lifecycle/differences.hpp"

#include "base/printable.hpp"
#include "base/words.hpp"
#include "lifecycle/selection.hpp"
#include "lifecycle/whole_days.hpp"

#include <fmt/format.h>

namespace reaper::lifecycle {
namespace {

using config::ObjectStore;
using config::Settings;
using Lines = std::vector<std::string>;

std::string joined(const std::vector<std::string>& globs) {
  std::string text;
  for (const std::string& glob : globs) text += fmt::format("{}{}", text.empty() ? "" : ",", base::printable(glob));
  return text;
}

/// Describes where the rule applies, if that is not just the prefix.
void add_place(Lines& lines, const Settings& settings, const Target& target) {
  const bool is_azure = target.store == ObjectStore::azure;
  if (!target.prefix)
    lines.push_back(fmt::format(
        "without --prefix the rule matches nothing: replace '{}'{}", is_azure ? k_azure_placeholder : k_placeholder,
        target.store == ObjectStore::gcs || !settings.enable_cleanup ? "" : ", and enable the rule"));
  if (target.prefix && !target.prefix->ends_with('/'))
    lines.push_back(fmt::format("the prefix does not end with /, so the rule also applies below '{}-other/'",
                                base::printable(*target.prefix)));
  if (!target.prefix && is_azure)
    lines.emplace_back("an Azure prefix begins with the container: --prefix mycontainer/charts/");
  if (!settings.enable_cleanup)
    lines.push_back(fmt::format(
        "CHART_ENABLE_CLEANUP=false: the rule {}",
        target.store == ObjectStore::gcs ? "matches nothing, because GCS cannot disable a rule" : "is disabled"));
}

void add_age(Lines& lines, const Settings& settings, ObjectStore store) {
  const std::int64_t days = whole_days(settings);
  const std::string in_days = base::count_in_words(static_cast<std::uint64_t>(days), "day", "days");
  if (is_min_age_longer(settings))
    lines.push_back(fmt::format("the minimum age is longer than the maximum age: CHART_MIN_AGE_SECONDS={} becomes {}",
                                settings.min_age_seconds, in_days));
  else if (static_cast<double>(days) * 24 != settings.max_age_hours)
    lines.push_back(
        fmt::format("not in the rule: hours; CHART_MAX_AGE_HOURS={} becomes {}", settings.max_age_hours, in_days));
  lines.emplace_back(store == ObjectStore::s3
                         ? "not in the rule: the exact time; S3 waits until the next midnight UTC, or longer"
                         : "not in the rule: the exact time; the store looks about once a day");
  lines.emplace_back(
      "not in the rule: a modification time in the metadata of an object; the age counts from its last write");
}

void add_names(Lines& lines, const Selection& selection) {
  if (selection.left_out.empty()) return;
  lines.push_back(fmt::format("not in the rule: CHART_FILE_PATTERNS={}; {}", joined(selection.left_out),
                              selection.suffixes.empty()
                                  ? "the rule removes every object below the prefix, not only charts"
                                  : "objects that match only these patterns stay"));
}

void add_size(Lines& lines, const Settings& settings) {
  std::string line = fmt::format("not in the rule: any size limit; CHART_MAX_SIZE_MB={}", settings.max_size_mb);
  if (settings.max_size_percent) line += fmt::format(" and CHART_MAX_SIZE_PERCENT={}", *settings.max_size_percent);
  lines.push_back(line + (settings.max_size_percent ? " need chart-reaper" : " needs chart-reaper"));
}

void add_rest(Lines& lines, const Selection& selection, ObjectStore store) {
  lines.push_back(fmt::format("not in the rule: empty chart sets; an object that stands for a directory {}",
                              selection.suffixes.empty() ? "is removed at its own age" : "stays"));
  lines.emplace_back("not in the rule: old versions of objects; a bucket that keeps versions needs a rule for them");
  lines.push_back(
      fmt::format("applying this file replaces all lifecycle rules of the {}; first copy the existing rules into it",
                  store == ObjectStore::azure ? "storage account" : "bucket"));
}

}  // namespace

Lines differences(const Settings& settings, const Target& target) {
  const Selection selection = select(target.store, settings.file_patterns);
  Lines lines;
  add_place(lines, settings, target);
  add_age(lines, settings, target.store);
  add_size(lines, settings);
  add_names(lines, selection);
  add_rest(lines, selection, target.store);
  return lines;
}

}  // namespace reaper::lifecycle
