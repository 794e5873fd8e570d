#include "api/facts.hpp"

#include "retention/policy.hpp"
#include "sweep/limits_in_force.hpp"

namespace reaper::api {
namespace {

void add_storage(assessment::Facts& facts, const sweep::Storage& storage) {
  facts.charts = assessment::ChartFacts{.charts = storage.files,
                                        .bytes = storage.bytes,
                                        .allocated_bytes = storage.allocated_bytes,
                                        .only_counted = storage.only_counted,
                                        .future = storage.future_files,
                                        .unreadable = storage.unreadable,
                                        .unreadable_example = storage.unreadable_example,
                                        .watched = storage.watched,
                                        .why_not_watched = storage.why_not_watched,
                                        .shows_changes = !storage.unseen_since};
  facts.volume = {.total_bytes = storage.volume_bytes,
                  .free_bytes = storage.free_bytes,
                  .free_inodes = storage.free_inodes,
                  .lacking = storage.lacking,
                  .no_gain_until = storage.no_gain_until,
                  .only_young = storage.only_young_for_space};
}

assessment::SweepFacts sweep_facts(const sweep::Report& report) {
  assessment::SweepFacts facts;
  facts.started = report.started;
  facts.due = report.due;
  facts.failed = report.failed + report.would_fail;
  // An unusable root is a problem of its own.
  facts.nothing_done = !report.problem && report.nothing_could_be_done();
  facts.errors = report.errors;
  if (!report.error_list.is_empty()) facts.first_error = in_words(report.error_list.errors().front());
  facts.without_lease = report.without_lease;
  facts.only_compared = report.only_compared;
  facts.young = report.skipped_as("young");
  facts.age_rule_suspended = report.age_rule_suspended;
  return facts;
}

void add_root(assessment::Facts& facts, const sweep::RootState& root) {
  facts.root_problem = root.problem;
  facts.root_not_writable = root.not_writable;
  facts.is_standby = root.role == volume::Role::standby;
  facts.settings = settings_in_force(facts.settings, root);
}

}  // namespace

assessment::SettingFacts settings_in_force(assessment::SettingFacts settings, const sweep::RootState& root) {
  const sweep::VolumeShare share{.percent = settings.max_size_percent, .declared_bytes = settings.declared_bytes};
  const retention::Limits limits = sweep::limits_in_force(
      {.max_age = settings.max_age, .max_size_bytes = settings.limit_bytes, .min_age = settings.min_age}, share, root);
  if (limits.max_size_bytes < settings.limit_bytes) settings.limit_setting = "CHART_MAX_SIZE_PERCENT";
  settings.limit_bytes = limits.max_size_bytes;
  settings.min_age_is_set = limits.min_age == settings.min_age;
  settings.min_age = limits.min_age;
  settings.counted_volume_bytes = sweep::counted_volume_bytes(share, root);
  return settings;
}

assessment::Facts facts_of(const sweep::Snapshot& known, const sweep::SweepProgress& progress,
                           const assessment::SettingFacts& settings) {
  assessment::Facts facts;
  facts.settings = settings;
  add_root(facts, known.root);
  facts.charts_seen = progress.scanned;
  if (known.storage) add_storage(facts, *known.storage);
  if (known.totals->last_telling) facts.sweep = sweep_facts(*known.totals->last_telling);
  if (const auto& removal = known.totals->room_removal)
    facts.room_removal = assessment::RoomRemoval{.at = removal->at, .age = removal->age};
  facts.day = {.removed = known.last_day.removed, .vanished = known.last_day.vanished};
  return facts;
}

assessment::Facts facts_of(const sweep::Report& report, const assessment::SettingFacts& settings) {
  assessment::Facts facts;
  facts.settings = settings;
  add_root(facts, report.root);
  facts.charts_seen = report.charts_seen;
  if (report.storage) add_storage(facts, *report.storage);
  facts.sweep = sweep_facts(report);
  return facts;
}

}  // namespace reaper::api
