#include "sweep/history.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using namespace reaper::sweep;

namespace {

constexpr base::FileTime k_start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

Report report_at(base::FileTime started, std::size_t removed = 0, Trigger trigger = Trigger::timer) {
  Report report;
  report.request.trigger = trigger;
  report.started = started;
  report.duration = 2s;
  report.files_removed = removed;
  for (std::size_t i = 0; i < std::min<std::size_t>(removed, 10); ++i)
    report.removed.push_back({"A_1d/" + std::to_string(i), 10, 1h, retention::Reason::expired});
  return report;
}

Report report_of(int number, std::size_t removed = 0, Trigger trigger = Trigger::timer) {
  Report report = report_at(k_start + number * 1min, removed, trigger);
  for (RemovedChart& chart : report.removed) chart.path = std::to_string(number) + chart.path.substr(4);
  return report;
}

std::shared_ptr<const Storage> storage_with(std::uint64_t bytes, std::uint64_t vanished = 0) {
  auto storage = std::make_shared<Storage>();
  storage->bytes = bytes;
  storage->vanished_charts = vanished;
  return storage;
}

}  // namespace

TEST_CASE("only the last hundred timer sweeps and the last thousand removals are remembered") {
  History history;
  for (int i = 0; i < 150; ++i) history.note(report_of(i, 9));
  const auto sweeps = history.newest_sweeps(1000);
  CHECK(sweeps.size() == 100);
  CHECK(sweeps.front().started == k_start + 149min);
  CHECK(sweeps.back().started == k_start + 50min);
  CHECK(history.newest_sweeps(3).size() == 3);
  CHECK(history.removals().size() == 1000);
  CHECK(history.removals().back().chart.path == "149/8");
  CHECK(history.removals().back().sweep_started == k_start + 149min);
}

TEST_CASE("a dry run is not recorded") {
  History history;
  Report report = report_of(1, 3);
  report.request.dry_run = DryRun::yes;
  history.note(report);
  CHECK(history.newest_sweeps(100).empty());
  CHECK(history.removals().empty());
  CHECK(history.durations().counts() == History().durations().counts());
}

TEST_CASE("a record has the figures of its report") {
  History history;
  Report report = report_of(1);
  report.by_reason[1] = {4, 4000};
  report.skipped = {{"busy", 2}, {"young", 3}};
  report.errors = 6;
  report.problem = "root is missing";
  history.note(report);
  const SweepRecord record = history.newest_sweeps(1).front();
  CHECK(record.by_reason[1].files == 4);
  CHECK(record.by_reason[1].bytes == 4000);
  CHECK(record.skipped == 5);
  CHECK(record.errors == 6);
  CHECK(record.problem == "root is missing");
  CHECK(record.sweeps_folded == 1);
  CHECK_FALSE(record.bytes_left);
  report.started += 1s;
  report.storage = storage_with(77);
  history.note(report);
  CHECK(history.newest_sweeps(1).front().bytes_left == 77);
}

TEST_CASE("limit sweeps that began in the same minute are one record") {
  History history;
  for (int i = 0; i < 43; ++i) {
    Report report = report_at(k_start + i * 1s, 2, Trigger::limit);
    report.by_reason[1] = {2, 20};
    report.bytes_freed = 20;
    report.charts_seen = 100U + static_cast<unsigned>(i);
    report.skipped = {{"young", static_cast<unsigned>(i)}};
    report.storage = storage_with(1000U - static_cast<unsigned>(i));
    history.note(report);
  }
  history.note(report_at(k_start + 59s, 5, Trigger::request));
  history.note(report_at(k_start + 1min, 2, Trigger::limit));
  const auto sweeps = history.newest_sweeps(100);
  REQUIRE(sweeps.size() == 3);
  CHECK(sweeps[0].sweeps_folded == 1);
  CHECK(sweeps[1].trigger == Trigger::request);
  const SweepRecord& folded = sweeps[2];
  CHECK(folded.sweeps_folded == 43);
  CHECK(folded.started == k_start);
  CHECK(folded.duration == 86s);
  CHECK(folded.files_removed == 86);
  CHECK(folded.bytes_freed == 860);
  CHECK(folded.by_reason[1].files == 86);
  CHECK(folded.charts_seen == 142);
  CHECK(folded.skipped == 42);
  CHECK(folded.bytes_left == 958);
}

TEST_CASE("no kind of sweep pushes out another kind") {
  History history;
  history.note(report_at(k_start, 143'875, Trigger::limit));
  history.note(report_at(k_start + 1s, 0, Trigger::start));
  history.note(report_at(k_start + 2s, 4, Trigger::request));
  Report failed = report_at(k_start + 3s, 0, Trigger::timer);
  failed.errors = 2;
  history.note(failed);
  for (int i = 0; i < 24 * 60; ++i)
    for (int second = 4; second < 60; second += 25)
      history.note(report_at(k_start + i * 1min + second * 1s, 40, Trigger::limit));
  const auto sweeps = history.newest_sweeps(10'000);
  REQUIRE(sweeps.size() == 24 * 60 + 4);
  const auto has = [&](std::uint64_t removed, Trigger trigger) {
    return std::ranges::any_of(sweeps, [&](const SweepRecord& sweep) {
      return sweep.files_removed == removed && sweep.trigger == trigger && sweep.sweeps_folded == 1;
    });
  };
  CHECK(has(143'875, Trigger::limit));
  CHECK(has(0, Trigger::start));
  CHECK(has(4, Trigger::request));
  CHECK(has(0, Trigger::timer));
  SECTION("and a day later the first minute is forgotten") {
    history.note(report_at(k_start + 25h, 40, Trigger::limit));
    CHECK(history.newest_sweeps(10'000).size() == 24 * 60 + 4);
  }
}

TEST_CASE("errors of limit sweeps in one minute are added up") {
  History history;
  for (int i = 0; i < 150; ++i) {
    Report report = report_at(k_start + i * 100ms, 1, Trigger::limit);
    report.errors = 2;
    report.problem = std::to_string(i);
    history.note(report);
  }
  REQUIRE(history.newest_sweeps(100).size() == 1);
  CHECK(history.newest_sweeps(100).front().errors == 300);
  CHECK(history.newest_sweeps(100).front().problem == "149");
}

TEST_CASE("vanished charts are in the first record after they were found") {
  History history;
  Report report = report_of(1);
  report.storage = storage_with(0, 5);
  history.note(report);
  history.note(report_of(2));
  report = report_of(3, 0, Trigger::request);
  report.storage = storage_with(0, 9);
  history.note(report);
  const auto sweeps = history.newest_sweeps(100);
  CHECK(sweeps[0].vanished == 4);
  CHECK(sweeps[1].vanished == 0);
  CHECK(sweeps[2].vanished == 5);
}

TEST_CASE("for any sweeps, the records have the same sums, ordered by time") {
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  History history;
  base::FileTime now = k_start;
  std::uint64_t removed = 0;
  std::uint64_t sweeps = 0;
  std::uint64_t errors = 0;
  for (int i = 0; i < 90; ++i) {
    now += std::chrono::milliseconds(random() % 40'000);
    Report report = report_at(now, random() % 3000, k_triggers[random() % k_triggers.size()]);
    report.errors = random() % 4 == 0 ? 1 : 0;
    removed += report.files_removed;
    errors += report.errors;
    ++sweeps;
    history.note(report);
  }
  const auto records = history.newest_sweeps(1000);
  for (const SweepRecord& record : records) {
    removed -= record.files_removed;
    errors -= record.errors;
    sweeps -= record.sweeps_folded;
  }
  CHECK(removed == 0);
  CHECK(errors == 0);
  CHECK(sweeps == 0);
  CHECK(std::ranges::is_sorted(records, std::greater<>{}, &SweepRecord::started));
}

TEST_CASE("requested and limit sweeps do not move the time of the next automatic sweep") {
  History history;
  history.note(report_of(1));
  history.note(report_of(5, 0, Trigger::request));
  history.note(report_of(6, 0, Trigger::limit));
  CHECK(history.last_timed_end() == k_start + 1min + 2s);
}
