// The service on a volume where only a full scan finds changes.

#include "sweep/sweep_service_fixture.hpp"

#include <linux/magic.h>

using reaper::base::FileTime;
using reaper::sweep::ServiceSettings;
using reaper::test::post;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;

namespace {

/// A FUSE volume of an unknown kind.
struct UnfollowedFixture : SweepServiceFixture {
  UnfollowedFixture() { system.pretend_kind(FUSE_SUPER_MAGIC); }
};

}  // namespace

TEST_CASE_METHOD(UnfollowedFixture, "where changes are not followed, all figures are from the last full scan") {
  chart("A_1d/x.png", 1h);
  order(post());
  await_reports(1);
  const FileTime scanned = clock.now();
  CHECK(last_storage()->scanned_at() == scanned);
  chart("A_1d/new.png", 1h);
  clock.advance(1min);
  service.apply(service.settings());  // expires the known figures
  const auto later = storage();
  CHECK(later->as_of == clock.now());
  CHECK(later->scanned_at() == scanned);
  CHECK(later->files == 1);
  ask_for_ages();
  await([&] { return !ages.empty(); });
  CHECK(ages[0]->as_of == scanned);
  order(post());
  await_reports(2);
  CHECK(last_storage()->scanned_at() == clock.now());
  CHECK(last_storage()->files == 2);
}

TEST_CASE_METHOD(UnfollowedFixture,
                 "where changes are not followed, the volume is scanned again without cleanup, too") {
  change_settings([](ServiceSettings& settings) {
    settings.policy.automatic = false;
    settings.interval = 1ms;
  });
  start();
  await([&] { return last_storage() != nullptr; });
  REQUIRE(last_storage()->files == 0);
  chart("A_1d/x.png", 99h);
  await([&] { return last_storage()->files == 1; });
  CHECK(totals().sweeps.empty());
  CHECK(dir.has("charts/A_1d/x.png"));
}
