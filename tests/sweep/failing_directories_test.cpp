#include "sweep/failing_directories.hpp"

#include "support/catch.hpp"

using reaper::sweep::FailingDirectories;
using reaper::volume::k_max_failures_in_a_row;
using reaper::volume::Outcome;

namespace {

struct FailingFixture {
  void fail(unsigned times) {
    for (unsigned i = 0; i < times; ++i) directories.note("A_1d", Outcome::failed);
  }

  FailingDirectories directories;
};

}  // namespace

TEST_CASE_METHOD(FailingFixture, "only a directory with too many failures in a row is given up") {
  fail(k_max_failures_in_a_row - 1);
  CHECK_FALSE(directories.is_given_up("A_1d"));
  fail(1);
  CHECK(directories.is_given_up("A_1d"));
  CHECK_FALSE(directories.is_given_up("B_1d"));
}

TEST_CASE_METHOD(FailingFixture, "any other outcome resets the count, but only in its directory") {
  fail(k_max_failures_in_a_row - 1);
  directories.note("B_1d", Outcome::removed);
  SECTION("in another directory") {
    fail(1);
    CHECK(directories.is_given_up("A_1d"));
  }
  SECTION("in this one") {
    directories.note("A_1d", GENERATE(Outcome::removed, Outcome::gone, Outcome::busy, Outcome::changed));
    fail(1);
    CHECK_FALSE(directories.is_given_up("A_1d"));
  }
}
