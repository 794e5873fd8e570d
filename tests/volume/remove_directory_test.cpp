#include "volume/remove_directory.hpp"

#include "support/catch.hpp"
#include "support/volume_fixture.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>

using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::Outcome;
namespace fs = std::filesystem;

namespace {

const reaper::base::FileTime k_whenever{std::chrono::nanoseconds(INT64_MAX)};

}  // namespace

TEST_CASE_METHOD(VolumeFixture, "a directory that changed recently stays") {
  dir.make_dir("charts/A_1d");
  dir.set_modified("charts/A_1d", reaper::base::FileTime(std::chrono::hours(1000)));
  CHECK(remove_directory(root, "A_1d", reaper::base::FileTime(std::chrono::hours(999)), failures) == Outcome::changed);
  CHECK(remove_directory(root, "A_1d", reaper::base::FileTime(std::chrono::hours(1000)), failures) == Outcome::removed);
}

TEST_CASE_METHOD(VolumeFixture, "only an empty directory is removed") {
  dir.make_dir("charts/A_1d");
  chart("B_1d/x.png");
  fs::create_directory_symlink(at("A_1d"), at("C_1d"));
  CHECK(remove_directory(root, "A_1d", k_whenever, failures) == Outcome::removed);
  CHECK(remove_directory(root, "A_1d", k_whenever, failures) == Outcome::gone);
  CHECK(remove_directory(root, "B_1d", k_whenever, failures) == Outcome::changed);
  CHECK(remove_directory(root, "C_1d", k_whenever, failures) == Outcome::changed);
  CHECK(remove_directory(root, "nowhere/A_1d", k_whenever, failures) == Outcome::gone);
  CHECK(failures.total() == 0);
  system.fail(Call::unlink_at, EACCES);
  CHECK(remove_directory(root, "B_1d", k_whenever, failures) == Outcome::failed);
  CHECK(failures.total() == 1);
}
