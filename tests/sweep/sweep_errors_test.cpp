// What the report of a sweep says about what could not be done.

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

TEST_CASE_METHOD(SweeperFixture, "errors of removing are listed before those of reading") {
  chart("A_1d/x.png", 25h);
  chart("B_1d/x.png", 25h);
  system.fail(Call::open_beneath, EACCES, 2);  // the first set to be read
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

TEST_CASE_METHOD(SweeperFixture, "that all charts were left by other programs is listed as an error") {
  for (int i = 0; i < 9; ++i) chart("A_1d/" + std::to_string(i) + ".png", 25h);
  system.fail(Call::lock, EWOULDBLOCK);
  const Report report = sweep();
  CHECK(report.errors == 1);
  CHECK(first_error(report).starts_with("none of the charts that were due could be removed: "));
}

TEST_CASE_METHOD(SweeperFixture, "errors of a dry run are listed") {
  chart("A_1d/x.png", 25h);
  system.fail(Call::open_beneath, EIO, 2);
  const Report report = remove(Scope::everything, {}, DryRun::yes);
  CHECK(report.error_list.errors().size() == report.errors);
  CHECK(first_error(report) == "openat2 'A_1d': Input/output error");
}
