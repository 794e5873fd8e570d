// The charts that a sweeper knows after a sweep.

#include "base/file_descriptor.hpp"
#include "sweep/sweeper_fixture.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <chrono>
#include <filesystem>
#include <string>

using namespace std::chrono_literals;
using reaper::retention::Reason;
using reaper::sweep::DryRun;
using reaper::sweep::Report;
using reaper::sweep::Trigger;
using reaper::test::Call;
using reaper::test::SweeperFixture;
namespace fs = std::filesystem;

TEST_CASE_METHOD(SweeperFixture, "an update finds the charts and changes nothing") {
  chart("A_1d/x.png", 99h);
  const auto found = sweeper.read_storage(policy, stop.get_token());
  REQUIRE(found.storage);
  CHECK(found.root.problem.empty());
  CHECK(found.storage->files == 1);
  CHECK(found.storage->newest == clock.now() - 99h);
  CHECK(has("A_1d/x.png"));
}

TEST_CASE_METHOD(SweeperFixture, "a backlog is removed while it is read, and the rest is known afterwards") {
  for (int i = 0; i < 9000; ++i) chart("A_1d/" + std::to_string(i) + ".png", 30h, 1);
  chart("A_1d/new.png", 1h);
  log.set_level(reaper::base::LogLevel::error);
  const Report report = sweep();
  CHECK(report.charts_seen == 9001);
  CHECK(report.files_removed == 9000);
  CHECK(report.storage->files == 1);
  CHECK(report.removed.size() == Report::k_max_listed);
  CHECK(has("A_1d/new.png"));
}

TEST_CASE_METHOD(SweeperFixture, "the oldest charts are removed during the scan, and the limit is met exactly") {
  policy.limits.max_size_bytes = 100 * 1000;
  // A sparse file counts with its size up to 64 MiB, so this is far more than the catalog may remember.
  for (int i = 0; i < 300; ++i) {
    const std::string path = "S" + std::to_string(i) + "_1d/x.png";
    chart(path, std::chrono::minutes(10 + i), 1);
    fs::resize_file(dir.path("charts/" + path), 1000 * 1000);
    dir.set_modified("charts/" + path, clock.now() - std::chrono::minutes(10 + i));
  }
  chart("young_1d/x.png", 70s, 100 * 1000);
  log.set_level(reaper::base::LogLevel::error);
  const Report report = sweep();
  CHECK(report.files_removed == 300);
  CHECK(report.by_reason[static_cast<std::size_t>(Reason::over_limit)].files == 300);
  CHECK(report.storage->bytes == 100 * 1000);
}

TEST_CASE_METHOD(SweeperFixture, "a planned chart that stays is known afterwards") {
  chart("A_1d/x.png", 30h);
  chart("A_1d/y.png", 31h);
  const reaper::base::FileDescriptor reader(::open(dir.path("charts/A_1d/x.png").c_str(), O_RDONLY));
  REQUIRE(::flock(reader.get(), LOCK_SH) == 0);
  const Report report = sweep();
  CHECK(report.files_removed == 1);
  CHECK(report.skipped.at("busy") == 1);
  CHECK(report.storage->files == 1);
  CHECK(report.storage->oldest == clock.now() - 30h);
}

TEST_CASE_METHOD(SweeperFixture, "an emptied set that gets a new chart at the last moment stays") {
  dir.make_dir("charts/A_1d");
  dir.set_modified("charts/A_1d", clock.now() - 25h);
  system.before(Call::unlink_at, 1, [&] {
    chart("A_1d/x.png", 1h);
    fs::remove(dir.path("charts/A_1d/x.png"));
  });
  // The set is empty again when rmdir(2) runs, so the first sweep may remove it.
  static_cast<void>(sweep());
  dir.make_dir("charts/A_1d");
  CHECK(sweep().directories_removed == 0);
  CHECK(has("A_1d"));
}

TEST_CASE_METHOD(SweeperFixture, "other patterns select other charts") {
  chart("A_1d/x.png", 1h);
  chart("A_1d/x.svg", 1h);
  REQUIRE(sweep().storage->files == 1);
  policy.patterns = reaper::base::GlobList({"*.png", "*.svg"});
  CHECK(sweep().storage->files == 2);
}

TEST_CASE_METHOD(SweeperFixture, "very many long empty sets are removed in one sweep") {
  for (int i = 0; i < 4200; ++i) {
    const std::string set = "S" + std::to_string(i) + "_1d";
    dir.make_dir("charts/" + set);
    dir.set_modified("charts/" + set, clock.now() - 25h);
  }
  chart("A_1d/x.png", 1h);
  log.set_level(reaper::base::LogLevel::error);
  const Report report = sweep();
  CHECK(report.directories_removed == 4200);
  CHECK(report.storage->files == 1);
  CHECK(sweep().directories_removed == 0);
}

TEST_CASE_METHOD(SweeperFixture, "a set renamed while its charts are removed leaves nothing behind in the catalog") {
  for (int i = 0; i < 5; ++i) chart("A_1d/" + std::to_string(i) + ".png", 30h);
  chart("B_1d/x.png", 1h);
  REQUIRE(sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}}).files_removed == 5);
  system.before(Call::rename_at, system.count(Call::rename_at) + 2,
                [&] { fs::rename(dir.path("charts/A_1d"), dir.path("charts/C_1d")); });
  static_cast<void>(sweep());
  const Report after = sweep({.trigger = Trigger::request, .set = {}, .asked_by = {}});
  CHECK(after.storage->files == 1);
  CHECK(after.storage->sets == 1);
}

TEST_CASE_METHOD(SweeperFixture, "after a replacement the catalog has the charts of the new root") {
  chart("A_1d/x.png", 1h);
  REQUIRE(sweep().storage->files == 1);
  fs::rename(dir.path("charts"), dir.path("away"));
  chart("B_1d/old.png", 99h);
  chart("B_1d/new.png", 1h);
  const Report report = sweep();
  CHECK(report.files_removed == 1);
  CHECK(report.storage->files == 1);
  CHECK(dir.has("away/A_1d/x.png"));
}

TEST_CASE_METHOD(SweeperFixture, "charts that another program removes during a sweep have vanished") {
  for (int i = 0; i < 5; ++i) chart("A_1d/" + std::to_string(i) + ".png", 30h);
  chart("A_1d/stays.png", 1h);
  system.before(Call::open_at, system.count(Call::open_at) + 1, [&] {
    for (const char* name : {"A_1d/3.png", "A_1d/4.png"}) fs::remove(dir.path(std::string("charts/") + name));
  });
  const Report report = sweep();
  CHECK(report.files_removed == 3);
  REQUIRE(report.storage);
  CHECK(report.storage->vanished_charts == 2);
  CHECK(sweep().storage->vanished_charts == 2);
}

TEST_CASE_METHOD(SweeperFixture, "charts that sweeps remove, leave and put back have not vanished") {
  for (int i = 0; i < 600; ++i) chart("A_1d/" + std::to_string(i) + ".png", 30h, 1);
  chart("B_1d/busy.png", 31h);
  chart("B_1d/rewritten.png", 32h);
  for (int i = 0; i < 12; ++i) chart("C_1d/" + std::to_string(i) + ".png", std::chrono::hours(1 + i));
  const reaper::base::FileDescriptor reader(::open(dir.path("charts/B_1d/busy.png").c_str(), O_RDONLY));
  REQUIRE(::flock(reader.get(), LOCK_SH) == 0);
  system.before(Call::rename_at, 1, [&] { chart("B_1d/rewritten.png", 0h, 200); });
  log.set_level(reaper::base::LogLevel::error);
  CHECK(sweep().files_removed >= 600);
  sweep({.trigger = Trigger::limit, .set = {}, .asked_by = {}});
  remove(reaper::sweep::Scope::set, "C_1d");
  remove(reaper::sweep::Scope::everything);
  const auto found = sweeper.read_storage(policy, stop.get_token());
  REQUIRE(found.storage);
  CHECK(found.storage->vanished_charts == 0);
}
