#include "sweep/storage_updater.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <vector>

using reaper::sweep::ServiceSettings;
using reaper::test::post;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;

TEST_CASE_METHOD(SweepServiceFixture, "the figures match the volume without a sweep") {
  chart("A_1d/x.png", 1h);
  CHECK(storage()->files == 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "a request for figures does not wait for a sweep") {
  chart("A_1d/x.png", 1h);
  REQUIRE(storage()->files == 1);
  auto release = hold_worker();
  order(post());
  io.poll();
  service.apply(service.settings());  // expires the known figures
  CHECK(storage()->files == 1);
  CHECK(reports.empty());
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(SweepServiceFixture, "the first request for figures waits for the running sweep") {
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

TEST_CASE_METHOD(SweepServiceFixture, "the first request for figures waits no longer than the patience") {
  auto release = hold_worker();
  order(post());
  io.poll();
  CHECK_FALSE(storage());
  CHECK(reports.empty());
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(SweepServiceFixture, "a stop answers the first request for figures") {
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

TEST_CASE_METHOD(SweepServiceFixture, "new settings make the volume be read again") {
  REQUIRE(storage()->files == 0);
  const unsigned before = jobs();
  chart("A_1d/x.png", 1h);
  change_settings([](ServiceSettings&) {});  // expires the known figures
  CHECK(storage()->files == 1);
  CHECK(jobs() == before + 1);
}
