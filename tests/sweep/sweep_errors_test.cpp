// The errors in a sweep's report.

#include "support/catch.hpp"
#include "sweep/sweeper_fixture.hpp"

#include <cerrno>
#include <filesystem>
#include <string>

using namespace std::chrono_literals;
using reaper::sweep::DryRun;
using reaper::sweep::in_words;
using reaper::sweep::Report;
using reaper::sweep::Scope;
using reaper::test::Call;
using reaper::test::SweeperFixture;

namespace {

std::string first_error(const Report& report) {
  return report.error_list.is_empty() ? std::string() : in_words(report.error_list.errors().front());
}

}  // namespace

TEST_CASE_METHOD(SweeperFixture, "errors of removals are listed before those of reading") {
  chart("A_1d/x.png", 25h);
  chart("B_1d/x.png", 25h);
  system.fail(Call::open_beneath, EACCES, 2);  // the first set that is read
  system.fail(Call::unlink_at, EACCES);
  const Report report = sweep();
  CHECK(report.errors == 2);
  REQUIRE(report.error_list.errors().size() == 2);
  CHECK(report.error_list.errors()[0].operation == "unlinkat");
  CHECK(report.error_list.errors()[0].message == "Permission denied");
  CHECK(report.error_list.errors()[1].operation == "openat2");
}

TEST_CASE_METHOD(SweeperFixture, "the error of a deep directory has its whole path") {
  chart("A/B/C_1d/x.png", 1h);
  system.fail(Call::open_beneath, EACCES, 4);
  CHECK(first_error(sweep()) == "openat2 'A/B/C_1d': Permission denied");
}

TEST_CASE_METHOD(SweeperFixture, "a root that cannot be used is listed as an error") {
  std::filesystem::remove(dir.path("charts"));
  const Report report = sweep();
  REQUIRE(report.error_list.errors().size() == 1);
  CHECK(report.error_list.errors()[0].operation == "root");
  CHECK(report.error_list.errors()[0].message == *report.problem);
}

TEST_CASE_METHOD(SweeperFixture, "a sweep that could remove no chart because of other programs lists it as an error") {
  for (int i = 0; i < 9; ++i) chart("A_1d/" + std::to_string(i) + ".png", 25h);
  system.fail(Call::lock, EWOULDBLOCK);
  const Report report = sweep();
  CHECK(report.errors == 1);
  CHECK(first_error(report).starts_with("all charts that were due were busy or had changed: "));
  CHECK(report.due == 9);
  CHECK(report.failed == 0);
  CHECK(report.nothing_could_be_done());
}

TEST_CASE_METHOD(SweeperFixture, "errors of a dry run are listed") {
  chart("A_1d/x.png", 25h);
  system.fail(Call::open_beneath, EIO, 2);
  const Report report = remove(Scope::everything, {}, DryRun::yes);
  CHECK(report.error_list.errors().size() == report.errors);
  CHECK(first_error(report) == "openat2 'A_1d': Input/output error");
}

TEST_CASE_METHOD(SweeperFixture, "each due chart is counted by its outcome") {
  for (const char* name : {"1", "2", "3", "4"}) chart(std::string("A_1d/") + name + ".png", 25h);
  chart("A_1d/new.png", 1h);
  system.before(Call::open_at, 1, [this] { std::filesystem::remove(dir.path("charts/A_1d/1.png")); });
  system.fail(Call::lock, EWOULDBLOCK, 1);
  system.fail(Call::unlink_at, EACCES, 1);
  const Report report = sweep();
  CHECK(report.due == 4);
  CHECK(report.gone == 1);
  CHECK(report.skipped.at("busy") == 1);
  CHECK(report.failed == 1);
  CHECK(report.files_removed == 1);
  CHECK_FALSE(report.nothing_could_be_done());
}

TEST_CASE_METHOD(SweeperFixture, "a sweep reports if it could remove none of the due charts") {
  chart("A_1d/x.png", 25h);
  chart("A_1d/y.png", 1h);
  system.fail(Call::unlink_at, EACCES);
  SECTION("by age") { CHECK(sweep().nothing_could_be_done()); }
  SECTION("all charts of a request") { CHECK(remove(Scope::everything).nothing_could_be_done()); }
  SECTION("one set") { CHECK(remove(Scope::set, "A_1d").nothing_could_be_done()); }
  CHECK(has("A_1d/x.png"));
}

TEST_CASE_METHOD(SweeperFixture, "charts that writers are using are no failure, whatever else could not be read") {
  chart("A_1d/x.png", 25h);
  chart("B_1d/x.png", 25h);
  system.fail(Call::lock, EWOULDBLOCK);
  system.fail(Call::open_beneath, EACCES, 2);
  const Report report = sweep();
  CHECK(report.errors == 1);
  CHECK(report.due == 1);
  CHECK_FALSE(report.nothing_could_be_done());
}

TEST_CASE_METHOD(SweeperFixture, "a requested set that cannot be read is a failure, and a missing one is not") {
  chart("A_1d/x.png", 1h);
  CHECK_FALSE(remove(Scope::set, "B_1d").nothing_could_be_done());
  system.heal();
  system.fail(Call::open_beneath, EACCES, 1);
  const Report report = remove(Scope::set, "A_1d");
  CHECK(report.nothing_could_be_done());
  CHECK(first_error(report) == "openat2 'A_1d': Permission denied");
}

TEST_CASE_METHOD(SweeperFixture, "a due empty set that cannot be removed is a failure") {
  dir.make_dir("charts/A_1d");
  dir.set_modified("charts/A_1d", clock.now() - 25h);
  system.fail(Call::unlink_at, EACCES);
  const Report report = sweep();
  CHECK(report.directories_failed == 1);
  CHECK(report.nothing_could_be_done());
}

TEST_CASE_METHOD(SweeperFixture, "a sweep without work is no failure, even with errors elsewhere") {
  chart("A_1d/x.png", 1h);
  CHECK_FALSE(sweep().nothing_could_be_done());
  system.heal();
  system.fail(Call::open_beneath, EACCES, 2);
  CHECK_FALSE(sweep({.trigger = reaper::sweep::Trigger::request, .set = {}, .asked_by = {}}).nothing_could_be_done());
}

TEST_CASE_METHOD(SweeperFixture, "a dry run knows which charts would stay, and checks each directory once") {
  for (const char* path : {"A_1d/x.png", "A_1d/y.png", "B_1d/x.png"}) chart(path, 25h);
  SECTION("all of them") {
    system.fail(Call::check_access, EACCES);
    const Report report = sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}});
    // Two sets and the root.
    CHECK(system.count(Call::check_access) == 3);
    CHECK(report.due == 3);
    CHECK(report.would_fail == 3);
    CHECK(report.files_removed == 0);
    CHECK(report.bytes_freed == 0);
    CHECK(report.removed.empty());
    CHECK(report.errors == 3);
    CHECK(report.error_list.errors().size() == 2);
    CHECK_FALSE(report.nothing_could_be_done());
  }
  SECTION("a chart that is immutable") {
    system.pretend_attributes("y.png", 0x10);  // STATX_ATTR_IMMUTABLE
    const Report report = remove(Scope::everything, {}, DryRun::yes);
    CHECK(report.would_fail == 1);
    CHECK(report.files_removed == 2);
    CHECK(report.directories_removed == 1);
    CHECK(first_error(report) == "unlinkat 'A_1d/y.png': Operation not permitted");
  }
  SECTION("an empty set") {
    dir.make_dir("charts/C_1d");
    dir.set_modified("charts/C_1d", clock.now() - 25h);
    system.fail(Call::check_access, EROFS);
    const Report report = sweep({.dry_run = DryRun::yes, .set = {}, .asked_by = {}});
    CHECK(report.directories_removed == 0);
    CHECK(report.directories_failed == 1);
  }
}
