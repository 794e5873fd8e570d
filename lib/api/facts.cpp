#include "api/facts.hpp"

namespace reaper::api {
namespace {

void add_storage(assessment::Facts& facts, const sweep::Storage& storage) {
  facts.charts = assessment::ChartFacts{.charts = storage.files,
                                        .bytes = storage.bytes,
                                        .allocated_bytes = storage.allocated_bytes,
                                        .only_counted = storage.only_counted,
                                        .future = storage.future_files,
                                        .watched = storage.watched,
                                        .why_not_watched = storage.why_not_watched};
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
  facts.errors = report.errors;
  if (const auto young = report.skipped.find("young"); young != report.skipped.end()) facts.young = young->second;
  facts.age_rule_suspended = report.age_rule_suspended;
  return facts;
}

void add_root(assessment::Facts& facts, const sweep::RootState& root) {
  facts.root_problem = root.problem;
  facts.root_not_writable = root.not_writable;
}

}  // namespace

assessment::Facts facts_of(const sweep::Snapshot& known, const sweep::Progress& progress,
                           const assessment::SettingFacts& settings) {
  assessment::Facts facts;
  facts.settings = settings;
  add_root(facts, known.root);
  facts.charts_seen = progress.scanned;
  if (known.storage) add_storage(facts, *known.storage);
  if (known.totals->last) facts.sweep = sweep_facts(*known.totals->last);
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
