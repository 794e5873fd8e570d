#include "sweep/sweeper.hpp"

#include "base/file_descriptor.hpp"
#include "support/pretend_mount.hpp"
#include "sweep/sweeper_fixture.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <vector>

using namespace std::chrono_literals;
using reaper::retention::Reason;
using reaper::sweep::DryRun;
using reaper::sweep::Report;
using reaper::sweep::Request;
using reaper::sweep::Scope;
using reaper::sweep::Trigger;
using reaper::test::Call;
using reaper::test::SweeperFixture;
namespace fs = std::filesystem;

namespace {

bool says(const std::string& lines, const std::string& what) { return lines.find(what) != std::string::npos; }

}  // namespace

TEST_CASE_METHOD(SweeperFixture, "a sweep removes expired charts and charts over the limit, and reports them") {
  chart("A_1d/old.png", 25h);
  chart("A_1d/big.png", 3h, 600);
  chart("B_1d/new.png", 2h, 600);
  chart("B_1d/notes.txt", 999h);
  const Report report = sweep();
  CHECK(report.files_removed == 2);
  CHECK(report.bytes_freed == 700);
  CHECK(report.charts_seen == 3);
  CHECK(report.errors == 0);
  CHECK(report.by_reason[static_cast<std::size_t>(Reason::expired)].files == 1);
  CHECK(report.by_reason[static_cast<std::size_t>(Reason::over_limit)].bytes == 600);
  REQUIRE(report.storage);
  CHECK(report.storage->files == 1);
  CHECK(report.storage->bytes == 600);
  CHECK(report.storage->sets == 1);
  CHECK(report.storage->oldest == clock.now() - 2h);
  CHECK(has("B_1d/new.png"));
  CHECK(has("B_1d/notes.txt"));
  CHECK(has("A_1d"));

  const std::string lines = logged.take();
  CHECK(says(lines, "Chart removed: path=A_1d/old.png size_bytes=100"));
  CHECK(says(lines, "reason=expired"));
  CHECK(says(lines, "Chart cleanup completed: "));
}

TEST_CASE_METHOD(SweeperFixture,
                 "a sweep keeps to the percentage of the volume, which it asks for its size each time") {
  reaper::test::pretend_mount(system, dir.path("charts"), {TMPFS_MAGIC, "tmpfs"});
  system.pretend_space(6000, 5000);
  policy.share.percent = 10;
  for (int i = 0; i < 9; ++i) chart("A_1d/" + std::to_string(i) + ".png", 10h - i * 1h);
  CHECK(sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}}).files_removed == 3);
  const Report report = sweep();
  CHECK(report.by_reason[static_cast<std::size_t>(Reason::over_limit)].files == 3);
  CHECK(report.storage->bytes == 600);
  CHECK(report.root.volume_bytes == 6000);
  CHECK_FALSE(has("A_1d/2.png"));
  CHECK(has("A_1d/3.png"));

  system.pretend_space(4000, 3000);
  const auto found = sweeper.read_storage(policy, {});
  CHECK(found.root.volume_bytes == 4000);
  CHECK(found.storage->next_removal == clock.now());
  CHECK(sweep().files_removed == 2);
  policy.share.declared_bytes = 1000;
  CHECK(sweep().files_removed == 3);
  CHECK(has("A_1d/8.png"));
}

TEST_CASE_METHOD(SweeperFixture, "a percentage of a volume that reports an impossible size removes nothing") {
  reaper::test::pretend_mount(system, dir.path("charts"), {TMPFS_MAGIC, "tmpfs"});
  system.pretend_space(6000, 7000);
  policy.share.percent = 1;
  chart("A_1d/x.png", 10h, 900);
  CHECK(sweep().files_removed == 0);
  CHECK_FALSE(sweeper.check_root(policy).volume_bytes);
}

TEST_CASE_METHOD(SweeperFixture, "a sweep that removes nothing reports it, too") {
  const Report report = sweep();
  CHECK(report.files_removed == 0);
  CHECK(says(logged.take(), "Chart cleanup completed: "));
}

TEST_CASE_METHOD(SweeperFixture, "a dry run reports the next sweep and changes nothing") {
  chart("A_1d/old.png", 25h);
  chart("A_1d/big.png", 3h, 600);
  chart("B_1d/new.png", 2h, 600);
  chart("C_1d/.chart-reaper~left.png~", 1h, 10);
  dir.make_dir("charts/D_1d");
  dir.set_modified("charts/D_1d", clock.now() - 25h);
  const Report dry = sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}});
  CHECK(has("A_1d/old.png"));
  CHECK(has("C_1d/.chart-reaper~left.png~"));
  CHECK(has("D_1d"));
  CHECK(dry.storage->files == 3);

  const Report real = sweep();
  CHECK(dry.files_removed == real.files_removed);
  CHECK(dry.bytes_freed == real.bytes_freed);
  CHECK(dry.directories_removed == real.directories_removed);
  REQUIRE(dry.removed.size() == real.removed.size());
  for (std::size_t i = 0; i < dry.removed.size(); ++i) CHECK(dry.removed[i].path == real.removed[i].path);
  CHECK_FALSE(has("D_1d"));
  CHECK(has("C_1d/left.png"));
}

TEST_CASE_METHOD(SweeperFixture, "an emptied chart set stays until it has been empty for the maximum age") {
  chart("A_1d/old.png", 25h);
  REQUIRE(sweep().files_removed == 1);
  REQUIRE(has("A_1d"));
  // The directory has the machine's time, not the test's.
  dir.set_modified("charts/A_1d", clock.now() - 24h);
  CHECK(sweep().directories_removed == 0);
  clock.advance(1ns);
  CHECK(sweep().directories_removed == 1);
  CHECK_FALSE(has("A_1d"));
}

TEST_CASE_METHOD(SweeperFixture, "a sweep that empties a set does not try to remove it") {
  chart("A_1d/old.png", 25h);
  dir.set_modified("charts/A_1d", clock.now() - 25h);
  REQUIRE(sweep().files_removed == 1);
  // One each for the root and the set to read them, and one for the set to remove its charts.
  CHECK(system.count(Call::open_beneath) == 3);
}

TEST_CASE_METHOD(SweeperFixture, "a DELETE removes all charts of one set, young ones too, and its directory") {
  chart("A_1d/x.png", 1s);
  chart("A_1d/y.png", 99h);
  chart("B_1d/x.png", 99h);
  const Report report = remove(Scope::set, "A_1d");
  CHECK(report.found);
  CHECK(report.files_removed == 2);
  CHECK(report.directories_removed == 1);
  CHECK_FALSE(has("A_1d"));
  CHECK(has("B_1d/x.png"));
  CHECK(says(logged.take(), "asked_by=me"));
}

TEST_CASE_METHOD(SweeperFixture, "a DELETE keeps other files and their directory") {
  chart("A_1d/x.png", 1h);
  chart("A_1d/notes.txt", 1h);
  fs::create_symlink("x.png", dir.path("charts/A_1d/link.png"));
  const Report report = remove(Scope::set, "A_1d");
  CHECK(report.files_kept == 2);
  CHECK(report.directories_removed == 0);
  CHECK(has("A_1d/notes.txt"));
}

TEST_CASE_METHOD(SweeperFixture, "a DELETE of a missing set finds nothing") {
  dir.write_file("charts/B_1d/notes.txt", "x");
  CHECK_FALSE(remove(Scope::set, "NOPE_1d").found);
  CHECK_FALSE(remove(Scope::set, "B_1d").found);
  CHECK(remove(Scope::everything).found == false);
}

TEST_CASE_METHOD(SweeperFixture, "a DELETE of everything removes every chart and every emptied chart set") {
  chart("x.png", 1s);
  chart("A_1d/x.png", 1h);
  chart("logs/x.png", 1h);
  const Report dry = remove(Scope::everything, {}, DryRun::yes);
  const Report report = remove(Scope::everything);
  CHECK(report.files_removed == 3);
  CHECK(report.directories_removed == 1);
  CHECK(dry.files_removed == 3);
  CHECK(dry.directories_removed == 1);
  CHECK(has("logs"));
  CHECK(report.storage->files == 0);
  CHECK_FALSE(report.storage->oldest);
}

TEST_CASE_METHOD(SweeperFixture, "a DELETE ignores a symbolic link in the place of a chart set") {
  dir.write_file("outside/x.png", "precious");
  fs::create_directory_symlink(dir.path("outside"), dir.path("charts/A_1d"));
  CHECK_FALSE(remove(Scope::set, "A_1d").found);
  CHECK(dir.has("outside/x.png"));
}

TEST_CASE_METHOD(SweeperFixture, "a clock that jumps a year ahead expires nothing, now or in later sweeps") {
  chart("A_1d/x.png", 1h);
  REQUIRE(sweep().files_removed == 0);
  clock.jump(8766h);
  Report report = sweep();
  CHECK(report.age_rule_suspended);
  CHECK(says(logged.take(), "Wall clock jumped"));
  clock.advance(15min);
  report = sweep();
  CHECK(report.files_removed == 0);
  CHECK(has("A_1d/x.png"));
}

TEST_CASE_METHOD(SweeperFixture, "the limit is kept while the clock is not trusted") {
  chart("A_1d/x.png", 2h, 600);
  chart("A_1d/y.png", 1h, 600);
  REQUIRE(sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}}).files_removed == 1);
  clock.jump(8766h);
  CHECK(sweep().files_removed == 1);
  CHECK(has("A_1d/y.png"));
}

TEST_CASE_METHOD(SweeperFixture, "a missing root is a problem, removes nothing, and recovers by itself") {
  chart("A_1d/x.png", 99h);
  REQUIRE(sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}}).files_removed == 1);
  fs::rename(dir.path("charts"), dir.path("away"));
  const Report report = sweep();
  REQUIRE(report.problem);
  CHECK(report.errors == 1);
  CHECK_FALSE(report.storage);
  CHECK(dir.has("away/A_1d/x.png"));
  const std::string lines = logged.take();
  CHECK(says(lines, "Error during chart cleanup: "));
  CHECK(says(lines, "Chart cleanup completed: "));
  fs::rename(dir.path("away"), dir.path("charts"));
  CHECK(sweep().files_removed == 1);
}

TEST_CASE_METHOD(SweeperFixture, "a replaced root is reported, and the old tree is not touched") {
  chart("A_1d/x.png", 99h);
  REQUIRE(sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}}).files_removed == 1);
  fs::rename(dir.path("charts"), dir.path("away"));
  dir.make_dir("charts");
  CHECK(sweep().files_removed == 0);
  CHECK(dir.has("away/A_1d/x.png"));
  const std::string lines = logged.take();
  CHECK(says(lines, "Chart directory was replaced"));
  CHECK(says(lines, "\nVolume: type="));
}

TEST_CASE_METHOD(SweeperFixture, "failures are counted, logged once per directory, and the rest goes on") {
  for (int i = 0; i < 5; ++i) chart("A_1d/" + std::to_string(i) + ".png", 99h);
  chart("B_1d/x.png", 50h);
  system.fail(Call::unlink_at, EPERM, 1);
  system.fail(Call::unlink_at, EPERM, 2);
  const Report report = sweep();
  CHECK(report.errors == 2);
  CHECK(report.errors_by_operation.at("unlinkat") == 2);
  CHECK(report.files_removed == 4);
  const std::string lines = logged.take();
  CHECK(says(lines, "Error during chart cleanup: error=\"unlinkat 'A_1d/"));
  CHECK(says(lines, "Operation not permitted"));
}

TEST_CASE_METHOD(SweeperFixture, "a chart that could not be put back is recovered by the next sweep of any kind") {
  chart("A_1d/x.png", 25h);
  chart("A_1d/new.png", 1h);
  // The volume becomes read-only while the chart is in quarantine.
  system.before(Call::unlink_at, 1, [&] {
    system.fail(Call::unlink_at, EROFS);
    system.fail(Call::rename_at, EROFS);
  });
  // The chart can neither be unlinked nor renamed back.
  CHECK(sweep().errors == 2);
  REQUIRE(has("A_1d/.chart-reaper~x.png~"));
  CHECK(sweep({.trigger = Trigger::limit, .set = {}, .asked_by = {}}).errors == 1);
  REQUIRE(has("A_1d/.chart-reaper~x.png~"));

  system.heal();
  policy.limits.max_age = 48h;
  const Trigger trigger = GENERATE(Trigger::limit, Trigger::timer, Trigger::request);
  const Report report = sweep({.trigger = trigger, .set = {}, .asked_by = {}});
  CHECK(report.errors == 0);
  CHECK(has("A_1d/x.png"));
  CHECK_FALSE(has("A_1d/.chart-reaper~x.png~"));
  REQUIRE(report.storage);
  CHECK(report.storage->files == 2);
  CHECK(says(logged.take(), "left in quarantine were recovered"));
}

TEST_CASE_METHOD(SweeperFixture, "a sweep that had to leave all due charts is an error and says so") {
  constexpr unsigned k_many = 8;
  std::vector<reaper::base::FileDescriptor> holders;
  for (unsigned i = 0; i < k_many; ++i) {
    const std::string path = "A_1d/" + std::to_string(i) + ".png";
    chart(path, 25h);
    holders.emplace_back(::open(dir.path("charts/" + path).c_str(), O_RDONLY));
    REQUIRE(::flock(holders.back().get(), LOCK_EX) == 0);
  }
  const Report report = sweep();
  CHECK(report.errors == 1);
  CHECK(report.errors_by_operation.at("removal") == 1);
  CHECK(says(logged.take(),
             "Error during chart cleanup: error=\"no due chart could be removed\""
             " due=8 busy=8 changed=0 likely="));

  // The next sweep can remove one of them, so it leaves the others for later.
  holders.pop_back();
  const Report next = sweep();
  CHECK(next.errors == 0);
  CHECK(next.files_removed == 1);
}

TEST_CASE_METHOD(SweeperFixture, "a chart in use is no error until no writer could still be writing it") {
  chart("A_1d/x.png", 25h);
  const reaper::base::FileDescriptor holder(::open(dir.path("charts/A_1d/x.png").c_str(), O_RDONLY));
  REQUIRE(::flock(holder.get(), LOCK_EX) == 0);
  CHECK(sweep().errors == 0);
  clock.advance(1min);
  CHECK(sweep().errors == 0);
  clock.advance(10min);
  CHECK(sweep().errors == 1);
}

TEST_CASE_METHOD(SweeperFixture, "a stopped sweep says so and removes nothing more") {
  chart("A_1d/x.png", 99h);
  stop.request_stop();
  CHECK(sweep().stopped);
  CHECK(has("A_1d/x.png"));
}

TEST_CASE_METHOD(SweeperFixture, "a thousand removals are logged one by one, and the others as a count") {
  for (int i = 0; i < 1003; ++i) chart("A_1d/" + std::to_string(i) + ".png", 99h, 1);
  // The log must not fill the pipe, so the test reads while the sweep writes.
  std::string lines;
  system.before_each(Call::unlink_at, [&] { lines += logged.take(); });
  const Report report = sweep();
  lines += logged.take();
  CHECK(report.removed.size() == Report::k_max_listed);
  std::size_t removals = 0;
  for (std::size_t at = lines.find("Chart removed: "); at != std::string::npos;
       at = lines.find("Chart removed: ", at + 1))
    ++removals;
  CHECK(removals == 1000);
  CHECK(says(lines, "Further charts removed: count=3"));
}

TEST_CASE_METHOD(SweeperFixture, "one huge young chart over the limit stays and is not tried again and again") {
  chart("A_1d/huge.png", 10s, 5000);
  chart("A_1d/old.png", 2h);
  const Report report = sweep();
  CHECK(report.files_removed == 1);
  CHECK(report.skipped.at("young") == 1);
  CHECK(sweep().files_removed == 0);
}

TEST_CASE_METHOD(SweeperFixture, "the age of the youngest chart removed for the limit is reported") {
  for (int i = 0; i < 13; ++i) chart("A_1d/" + std::to_string(i) + ".png", std::chrono::hours(1 + i));
  chart("A_1d/expired.png", 30h);
  const bool is_dry = GENERATE(true, false);
  Report report = sweep({.dry_run = is_dry ? DryRun::yes : DryRun::no, .set = {}, .asked_by = {}});
  CHECK(report.files_removed == 4);
  CHECK(report.youngest_removed_for_room == 11h);
  report = sweep();
  if (!is_dry) CHECK_FALSE(report.youngest_removed_for_room);
}

TEST_CASE_METHOD(SweeperFixture, "on a bucket, charts younger than ten minutes stay although the limit is exceeded") {
  reaper::test::pretend_mount(system, root.path(), {FUSE_SUPER_MAGIC, "fuse.s3fs"});
  policy.limits.max_size_bytes = 50;
  chart("A_1d/young.png", 9min);
  chart("A_1d/older.png", 11min);
  chart("A_1d/oldest.png", 12min);
  const Report report = sweep();
  CHECK(report.files_removed == 2);
  CHECK(has("A_1d/young.png"));
  CHECK(sweeper.read_storage(policy, {}).storage->files == 1);
}
