#include "sweep/storage_updater.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <vector>

using reaper::sweep::ServiceSettings;
using reaper::test::post;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;

TEST_CASE_METHOD(SweepServiceFixture, "the figures are those of the volume, without a sweep") {
  chart("A_1d/x.png", 1h);
  CHECK(storage()->files == 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "asking for the figures does not wait for a sweep") {
  chart("A_1d/x.png", 1h);
  REQUIRE(storage()->files == 1);
  auto release = hold_worker();
  order(post());
  io.poll();
  service.apply(service.settings());  // what is known is no longer fresh
  CHECK(storage()->files == 1);
  CHECK(reports.empty());
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(SweepServiceFixture, "the first to ask for the figures waits for the sweep that is running") {
  chart("A_1d/x.png", 1h);
  auto release = hold_worker();
  order(post());
  io.poll();
  ask_for_storage();
  io.poll();
  CHECK(storages.empty());
  release.set_value();
  await([&] { return !storages.empty(); });
  REQUIRE(storages[0]);
  CHECK(storages[0]->files == 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "the first to ask for the figures waits no longer than patience lasts") {
  auto release = hold_worker();
  order(post());
  io.poll();
  CHECK_FALSE(storage());
  CHECK(reports.empty());
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(SweepServiceFixture, "the end of the program answers the first to ask for the figures") {
  auto release = hold_worker();
  order(post());
  io.poll();
  ask_for_storage();
  io.poll();
  service.stop();
  io.poll();
  CHECK(storages == std::vector<StoragePtr>{nullptr});
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(SweepServiceFixture, "new settings let the volume be looked at again") {
  REQUIRE(storage()->files == 0);
  const unsigned before = jobs();
  chart("A_1d/x.png", 1h);
  change_settings([](ServiceSettings&) {});  // what is known is no longer fresh
  CHECK(storage()->files == 1);
  CHECK(jobs() == before + 1);
}
