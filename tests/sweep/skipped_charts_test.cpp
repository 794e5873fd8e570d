// Every sweep reports the charts that it leaves, and the totals count each of them once until it changes.

#include "base/file_descriptor.hpp"
#include "sweep/sweeper_fixture.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cstdint>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using reaper::sweep::DryRun;
using reaper::sweep::Report;
using reaper::sweep::Scope;
using reaper::sweep::Trigger;
using reaper::test::SweeperFixture;

namespace {

struct SkippedFixture : SweeperFixture {
  /// The charts that so many sweeps of the limit count, each of which has to leave `expected`.
  std::uint64_t counted(std::string_view why, std::uint64_t expected, int sweeps = 5) {
    std::uint64_t count = 0;
    for (int i = 0; i < sweeps; ++i) {
      const Report report = sweep({.trigger = Trigger::limit, .set = {}, .asked_by = {}});
      REQUIRE(report.skipped_as(why) == expected);
      if (const auto found = report.newly_skipped.find(why); found != report.newly_skipped.end())
        count += found->second;
    }
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(SkippedFixture, "young charts over the limit count once, however many sweeps leave them") {
  for (int i = 0; i < 20; ++i) chart("A_1d/" + std::to_string(i) + ".png", 10s);
  CHECK(counted("young", 20, 50) == 20);
  chart("A_1d/7.png", 5s);
  chart("B_1d/7.png", 5s);
  CHECK(counted("young", 21) == 2);
}

TEST_CASE_METHOD(SkippedFixture, "a chart of the future counts once until it changes") {
  chart("A_1d/x.png", -2h);
  chart("A_1d/y.png", 1h);
  CHECK(counted("future", 1) == 1);
  chart("A_1d/x.png", 2h);
  CHECK(counted("future", 0) == 0);
  chart("A_1d/y.png", -3h);
  CHECK(counted("future", 1) == 1);
}

TEST_CASE_METHOD(SkippedFixture, "a chart in use counts once until it changes, for whatever it was to go") {
  chart("A_1d/x.png", 25h);
  const reaper::base::FileDescriptor reader(::open(dir.path("charts/A_1d/x.png").c_str(), O_RDONLY));
  REQUIRE(::flock(reader.get(), LOCK_SH) == 0);
  CHECK(counted("busy", 1) == 1);
  const Report asked_for = remove(Scope::set, "A_1d");
  CHECK(asked_for.skipped_as("busy") == 1);
  CHECK(asked_for.newly_skipped.empty());
  dir.set_modified("charts/A_1d/x.png", clock.now() - 26h);
  CHECK(counted("busy", 1) == 1);
}

TEST_CASE_METHOD(SkippedFixture, "a dry run counts no chart") {
  for (int i = 0; i < 20; ++i) chart("A_1d/" + std::to_string(i) + ".png", 10s);
  chart("A_1d/future.png", -2h);
  const Report dry = sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}});
  CHECK(dry.skipped_as("young") >= 20);
  CHECK(dry.skipped_as("future") == 1);
  CHECK(dry.newly_skipped.empty());
  const Report report = sweep();
  CHECK(report.newly_skipped.at("young") == dry.skipped_as("young"));
  CHECK(report.newly_skipped.at("future") == 1);
}
