#include "volume/removal_trial.hpp"

#include "support/volume_fixture.hpp"

#include <linux/stat.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>

using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::LeaseTrial;
using reaper::volume::RemovalTrial;
namespace fs = std::filesystem;

namespace {

struct TrialFixture : VolumeFixture {
  TrialFixture() { chart("A_1d/x.png"); }

  /// Returns the reason why the chart cannot be removed; empty if it can.
  std::string obstacle(const std::string& name = "x.png") {
    const auto error = trial.try_chart("A_1d", name);
    return error ? error->message() : std::string();
  }

  RemovalTrial trial{root};
};

}  // namespace

TEST_CASE_METHOD(TrialFixture, "a removable chart has no obstacle, and nothing is changed") {
  const auto before = fs::last_write_time(dir.path("charts/A_1d"));
  CHECK(obstacle().empty());
  CHECK_FALSE(trial.try_directory("A_1d"));
  CHECK(trial.try_lease("A_1d", "x.png") == LeaseTrial::granted);
  CHECK(has("A_1d/x.png"));
  CHECK(fs::last_write_time(dir.path("charts/A_1d")) == before);
  for (const Call call : {Call::rename_at, Call::link_at, Call::unlink_at, Call::lock}) CHECK(system.count(call) == 0);
}

TEST_CASE_METHOD(TrialFixture, "a directory that cannot be written keeps its charts") {
  SECTION("for lack of permission") {
    system.fail(Call::check_access, EACCES);
    CHECK(obstacle() == "faccessat 'A_1d': Permission denied");
  }
  SECTION("on a read-only file system") {
    system.fail(Call::check_access, EROFS);
    CHECK(obstacle() == "faccessat 'A_1d': Read-only file system");
  }
  SECTION("with the append-only attribute") {
    system.pretend_attributes("", STATX_ATTR_APPEND);
    CHECK(obstacle() == "unlinkat 'A_1d': Operation not permitted");
  }
  SECTION("and cannot even be opened") {
    system.fail(Call::open_beneath, EACCES);
    CHECK(obstacle() == "openat2 'A_1d': Permission denied");
  }
  CHECK(trial.try_directory("A_1d"));
  CHECK(trial.try_subdirectory("A_1d", "B").has_value());
}

TEST_CASE_METHOD(TrialFixture, "attributes of a chart keep that chart and no other") {
  chart("A_1d/y.png");
  system.pretend_attributes("x.png", GENERATE(as<std::uint64_t>{}, STATX_ATTR_IMMUTABLE, STATX_ATTR_APPEND));
  CHECK(obstacle() == "unlinkat 'A_1d/x.png': Operation not permitted");
  CHECK(obstacle("y.png").empty());
}

TEST_CASE_METHOD(TrialFixture, "in a sticky directory the charts of other users stay") {
  fs::permissions(dir.path("charts/A_1d"), fs::perms::sticky_bit, fs::perm_options::add);
  SECTION("unless the directory is ours") {
    CHECK(obstacle().empty());
    CHECK(system.count(Call::check_ownership) == 1);
  }
  SECTION("unless the chart is ours") {
    system.fail(Call::check_ownership, EPERM, 1);
    CHECK(obstacle().empty());
  }
  SECTION("if neither is ours") {
    system.fail(Call::check_ownership, EPERM);
    CHECK(obstacle() == "unlinkat 'A_1d/x.png': Operation not permitted");
  }
}

TEST_CASE_METHOD(TrialFixture, "a chart that cannot be opened stays") {
  fs::permissions(dir.path("charts/A_1d/x.png"), fs::perms::owner_read);
  system.fail(Call::check_access, EACCES, 2);  // the check of the file, after that of the directory
  CHECK(obstacle() == "openat 'A_1d/x.png': Permission denied");
}

TEST_CASE_METHOD(TrialFixture, "a missing chart or directory has no obstacle") {
  CHECK(obstacle("gone.png").empty());
  CHECK_FALSE(trial.try_chart("gone_1d", "x.png"));
  CHECK_FALSE(trial.try_directory("gone_1d"));
  CHECK(trial.try_lease("gone_1d", "x.png") == LeaseTrial::unknown);
  CHECK(trial.try_lease("A_1d", "gone.png") == LeaseTrial::unknown);
}

TEST_CASE_METHOD(TrialFixture, "each directory is checked once") {
  chart("A_1d/y.png");
  chart("B_1d/x.png");
  for (int i = 0; i < 3; ++i) {
    CHECK(obstacle("x.png").empty());
    CHECK_FALSE(trial.try_chart("B_1d", "x.png"));
    CHECK(obstacle("y.png").empty());
  }
  CHECK(system.count(Call::open_beneath) == 2);
  CHECK(system.count(Call::check_access) == 2);
}

TEST_CASE_METHOD(TrialFixture, "only the owner's right or the volume can refuse the trial lease, not a writer") {
  for (const auto& [error, expected] : {std::pair(EACCES, LeaseTrial::refused), std::pair(EINVAL, LeaseTrial::refused),
                                        std::pair(EAGAIN, LeaseTrial::unknown)}) {
    system.fail(Call::take_lease, error);
    CHECK(trial.try_lease("A_1d", "x.png") == expected);
  }
}
