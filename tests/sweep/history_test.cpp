#include "sweep/history.hpp"

#include "support/catch.hpp"

#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using namespace reaper::sweep;

namespace {

constexpr base::FileTime k_start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

Report report_of(int number, std::size_t removed = 0, Trigger trigger = Trigger::timer) {
  Report report;
  report.request.trigger = trigger;
  report.started = k_start + number * 1min;
  report.duration = 2s;
  report.files_removed = removed;
  for (std::size_t i = 0; i < removed; ++i)
    report.removed.push_back({std::to_string(number) + "/" + std::to_string(i), 10, 1h, retention::Reason::expired});
  return report;
}

}  // namespace

TEST_CASE("only the last hundred sweeps and the last thousand removals are remembered") {
  History history;
  for (int i = 0; i < 150; ++i) history.note(report_of(i, 9));
  CHECK(history.sweeps().size() == 100);
  CHECK(history.sweeps().front().started == k_start + 50min);
  CHECK(history.sweeps().back().started == k_start + 149min);
  CHECK(history.removals().size() == 1000);
  CHECK(history.removals().back().chart.path == "149/8");
  CHECK(history.removals().back().sweep_started == k_start + 149min);
}

TEST_CASE("a dry run leaves no trace") {
  History history;
  Report report = report_of(1, 3);
  report.request.dry_run = DryRun::yes;
  history.note(report);
  CHECK(history.sweeps().empty());
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
  const SweepRecord& record = history.sweeps().front();
  CHECK(record.by_reason[1].files == 4);
  CHECK(record.by_reason[1].bytes == 4000);
  CHECK(record.skipped == 5);
  CHECK(record.errors == 6);
  CHECK(record.problem == "root is missing");
  CHECK_FALSE(record.bytes_left);
  Storage storage;
  storage.bytes = 77;
  report.storage = std::make_shared<Storage>(storage);
  history.note(report);
  CHECK(history.sweeps().back().bytes_left == 77);
}

TEST_CASE("what somebody asks for, or the limit, does not move the time of the next automatic sweep") {
  History history;
  history.note(report_of(1));
  history.note(report_of(5, 0, Trigger::request));
  history.note(report_of(6, 0, Trigger::limit));
  CHECK(history.last_timed_end() == k_start + 1min + 2s);
}
