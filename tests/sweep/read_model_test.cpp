#include "sweep/read_model.hpp"

#include "support/catch.hpp"
#include "support/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

using namespace std::chrono_literals;
using reaper::retention::Reason;
using reaper::sweep::DryRun;
using reaper::sweep::ReadModel;
using reaper::sweep::Report;
using reaper::sweep::Storage;
using reaper::sweep::Trigger;

namespace {

std::shared_ptr<const Storage> storage_of(std::uint64_t files) {
  auto storage = std::make_shared<Storage>();
  storage->files = files;
  return storage;
}

std::shared_ptr<Report> report_of(Trigger trigger) {
  auto report = std::make_shared<Report>();
  report->request.trigger = trigger;
  report->by_reason[0] = {.files = 2, .bytes = 20};
  report->skipped["busy"] = 4;
  report->newly_skipped["busy"] = 3;
  report->directories_removed = 1;
  report->storage = storage_of(7);
  return report;
}

struct ReadModelFixture {
  boost::asio::io_context io;
  reaper::test::ManualClock clock;
  ReadModel model{io.get_executor(), clock};
};

}  // namespace

TEST_CASE_METHOD(ReadModelFixture, "the last figures stay until the root is unusable") {
  CHECK_FALSE(model.storage());
  model.note_result({storage_of(1), {.problem = ""}});
  CHECK(model.storage()->files == 1);
  model.note_interim_result({storage_of(2), {}});
  CHECK(model.storage()->files == 2);
  SECTION("a stopped update changes nothing") {
    model.note_result({nullptr, {.problem = ""}});
    CHECK(model.storage()->files == 2);
  }
  SECTION("a problem clears them") {
    model.note_result({nullptr, {.problem = "gone"}});
    CHECK_FALSE(model.storage());
    CHECK(model.root().problem == "gone");
    model.note_result({storage_of(3), {.problem = ""}});
    CHECK(model.storage()->files == 3);
    CHECK(model.root().problem.empty());
  }
  SECTION("another root clears them") {
    model.note_result({nullptr, {.volume = std::make_shared<const reaper::volume::VolumeTraits>()}});
    CHECK_FALSE(model.storage());
  }
}

TEST_CASE_METHOD(ReadModelFixture, "the volume is known before the first job, and not while the root cannot be used") {
  CHECK_FALSE(model.snapshot().root.volume);
  model.note_root({.volume = std::make_shared<const reaper::volume::VolumeTraits>()});
  CHECK(model.snapshot().root.volume);
  CHECK_FALSE(model.storage());
  model.note_result({nullptr, {.problem = "gone"}});
  CHECK_FALSE(model.snapshot().root.volume);
}

TEST_CASE_METHOD(ReadModelFixture, "figures are new until they expire") {
  CHECK_FALSE(model.has_storage_within(1h));
  model.note_result({storage_of(1), {.problem = ""}});
  CHECK(model.has_storage_within(1h));
  CHECK_FALSE(model.has_storage_within(0s));
  SECTION("because other settings apply") { model.expire_storage(); }
  SECTION("because a sweep changed more than it read") {
    const auto report = report_of(Trigger::request);
    report->storage.reset();
    model.note_report(report);
  }
  // This holds however long the machine has been running.
  CHECK_FALSE(model.has_storage_within(ReadModel::Clock::duration::max()));
}

TEST_CASE_METHOD(ReadModelFixture, "sweeps are summed up and remembered") {
  model.note_report(report_of(Trigger::timer));
  const auto last = report_of(Trigger::request);
  last->errors = 1;
  last->errors_by_operation["open"] = 1;
  model.note_report(last);
  CHECK(model.snapshot().totals->removed[0].files == 4);
  CHECK(model.snapshot().totals->removed[0].bytes == 40);
  CHECK(model.snapshot().totals->skipped.at("busy") == 6);
  CHECK(model.snapshot().totals->errors_by_operation.at("open") == 1);
  CHECK(model.snapshot().totals->sweeps.at({Trigger::timer, true}) == 1);
  CHECK(model.snapshot().totals->sweeps.at({Trigger::request, false}) == 1);
  CHECK(model.snapshot().totals->directories_removed == 2);
  CHECK(model.snapshot().totals->last == last);
  CHECK(model.snapshot().history->newest_sweeps(100).size() == 2);
}

TEST_CASE_METHOD(ReadModelFixture, "the telling sweep is the last one that shows if removals work") {
  const auto failing = report_of(Trigger::request);
  failing->request.scope = reaper::sweep::Scope::set;
  failing->request.set = "A_1d";
  failing->failed = 2;
  model.note_report(failing);
  CHECK(model.snapshot().totals->last_telling == failing);

  const auto other = std::make_shared<Report>();
  other->request.scope = reaper::sweep::Scope::set;
  other->request.set = "B_1d";
  model.note_report(other);
  CHECK(model.snapshot().totals->last_telling == failing);

  const auto without_root = std::make_shared<Report>();
  without_root->errors = 1;
  without_root->problem = "gone";
  model.note_report(without_root);
  CHECK(model.snapshot().totals->last_telling == failing);

  const auto same = std::make_shared<Report>();
  same->request = failing->request;
  model.note_report(same);
  CHECK(model.snapshot().totals->last_telling == same);
}

TEST_CASE_METHOD(ReadModelFixture, "a dry run does not count as a sweep") {
  const auto report = report_of(Trigger::request);
  report->request.dry_run = DryRun::yes;
  model.note_report(report);
  CHECK(model.snapshot().totals->sweeps.empty());
  CHECK(model.snapshot().totals->removed[0].files == 0);
  CHECK_FALSE(model.snapshot().totals->last);
  CHECK(model.snapshot().history->newest_sweeps(100).empty());
}

TEST_CASE_METHOD(ReadModelFixture, "figures become points of the usage timeline, even during a sweep") {
  model.note_result({storage_of(1), {.problem = ""}});
  CHECK(model.snapshot().usage->points().size() == 1);
  model.note_interim_result({storage_of(2), {}});
  CHECK(model.snapshot().usage->points().back().files == 2);
}

TEST_CASE_METHOD(ReadModelFixture, "where changes are not followed, only a scan or a removal adds a point of usage") {
  auto storage = [scanned = clock.now()](std::chrono::seconds after, std::uint64_t files) {
    auto figures = std::make_shared<Storage>(*storage_of(files));
    figures->unseen_since = scanned;
    figures->as_of = scanned + after;
    return figures;
  };
  const auto points = [this] { return model.snapshot().usage->points().size(); };
  model.note_result({storage(0s, 2), {}});
  model.note_result({storage(60s, 2), {}});
  CHECK(points() == 1);
  model.note_result({storage(120s, 1), {}});
  CHECK(points() == 2);
  auto scanned_again = storage(180s, 1);
  scanned_again->unseen_since = scanned_again->as_of;
  model.note_result({scanned_again, {}});
  CHECK(points() == 3);
}

TEST_CASE_METHOD(ReadModelFixture, "a snapshot never changes") {
  model.note_result({storage_of(1), {.problem = ""}});
  model.note_report(report_of(Trigger::timer));
  const auto before = model.snapshot();
  model.note_report(report_of(Trigger::timer));
  model.note_interim_result({storage_of(2), {}});
  CHECK(before.storage->files == 1);
  CHECK(before.totals->sweeps.at({Trigger::timer, true}) == 1);
  CHECK(before.history->newest_sweeps(100).size() == 1);
  CHECK(before.usage->points().back().files == 1);
  model.note_result({nullptr, {.problem = "gone"}});
  CHECK(before.root.problem.empty());
  CHECK(before.storage);
  const auto after = model.snapshot();
  CHECK(after.totals->sweeps.at({Trigger::timer, true}) == 2);
  CHECK(after.history->newest_sweeps(100).size() == 2);
  CHECK(after.usage->points().back().files == 2);
  CHECK(after.root.problem == "gone");
}

TEST_CASE_METHOD(ReadModelFixture, "every change of the figures or of the problem notifies") {
  unsigned changes = 0;
  model.on_change([&] { ++changes; });
  model.note_result({storage_of(1), {.problem = ""}});
  CHECK(changes == 1);
  model.note_interim_result({storage_of(2), {}});
  CHECK(changes == 2);
  model.note_result({nullptr, {.problem = "gone"}});
  CHECK(changes == 3);
  model.note_report(report_of(Trigger::timer));
  CHECK(changes == 3);
}

TEST_CASE_METHOD(ReadModelFixture, "the charts removed and vanished in the last day are counted") {
  const auto vanished = [](std::uint64_t since_start) {
    auto storage = std::make_shared<Storage>();
    storage->vanished_charts = since_start;
    return storage;
  };
  model.note_result({vanished(3), ""});
  const auto report = report_of(Trigger::limit);
  report->files_removed = 8;
  model.note_report(report);
  clock.advance(2h);
  model.note_interim_result({vanished(5), {}});
  model.note_result({vanished(4), ""});  // an older count, which the last one includes
  CHECK(model.snapshot().last_day.removed == 8);
  CHECK(model.snapshot().last_day.vanished == 5);
  clock.advance(23h);
  CHECK(model.snapshot().last_day.removed == 0);
  CHECK(model.snapshot().last_day.vanished == 2);
}
