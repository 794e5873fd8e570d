#include "volume/recovery.hpp"

#include "support/catch.hpp"
#include "support/file_content.hpp"
#include "support/volume_fixture.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>

using reaper::base::FileDescriptor;
using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::VolumeFixture;
using reaper::volume::recover;
using reaper::volume::RecoveryResult;
namespace fs = std::filesystem;

namespace {

struct LeftoverFixture : VolumeFixture {
  static constexpr const char* k_quarantined = "A_1d/.chart-reaper~x.png~";

  RecoveryResult recover_now(std::chrono::hours later = std::chrono::hours(24)) {
    auto seen = scan();
    const auto now = std::chrono::system_clock::now() + later;
    const RecoveryResult done = recover(root, seen.catalog, seen.leftovers, {patterns, failures, now});
    charts_afterwards = paths(seen);
    return done;
  }

  std::vector<std::string> charts_afterwards;
};

}  // namespace

TEST_CASE_METHOD(LeftoverFixture, "a chart left in quarantine gets its name back and returns to the catalog") {
  chart(k_quarantined, "old");
  const RecoveryResult done = recover_now();
  CHECK(done.put_back == 1);
  CHECK(content_of(at("A_1d/x.png")) == "old");
  CHECK_FALSE(has(k_quarantined));
  CHECK(charts_afterwards == std::vector<std::string>{"A_1d/x.png"});
}

TEST_CASE_METHOD(LeftoverFixture, "a chart left in quarantine is removed if a new one has its name") {
  chart(k_quarantined, "old");
  chart("A_1d/x.png", "fresh");
  CHECK(recover_now().discarded == 1);
  CHECK(content_of(at("A_1d/x.png")) == "fresh");
  CHECK_FALSE(has(k_quarantined));
}

TEST_CASE_METHOD(LeftoverFixture, "a chart that a live remover holds is left to it") {
  chart(k_quarantined, "old");
  const FileDescriptor holder(::open(at(k_quarantined).c_str(), O_RDONLY));
  REQUIRE(::flock(holder.get(), LOCK_EX) == 0);
  const RecoveryResult done = recover_now();
  CHECK(done.put_back == 0);
  CHECK(done.remaining.size() == 1);
  CHECK(has(k_quarantined));
}

TEST_CASE_METHOD(LeftoverFixture, "without locks only a chart that has long been in quarantine is recovered") {
  chart(k_quarantined, "old");
  system.fail(Call::lock, ENOLCK);
  CHECK(recover_now(std::chrono::hours(0)).put_back == 0);
  CHECK(recover_now(std::chrono::hours(1)).put_back == 1);
}

TEST_CASE_METHOD(LeftoverFixture, "an old chart that a writer still has open is not removed") {
  chart(k_quarantined, "old");
  chart("A_1d/x.png", "fresh");
  const FileDescriptor writer(::open(at(k_quarantined).c_str(), O_WRONLY));
  CHECK(recover_now().discarded == 0);
  CHECK(has(k_quarantined));
}

TEST_CASE_METHOD(LeftoverFixture, "a chart quarantined by a run with other patterns is recovered, too") {
  chart("A_1d/.chart-reaper~x.svg~", "old");
  CHECK(recover_now().put_back == 1);
  CHECK(content_of(at("A_1d/x.svg")) == "old");
  CHECK(charts_afterwards.empty());
}

TEST_CASE_METHOD(LeftoverFixture, "on a network volume an old chart that recently changed is not removed") {
  become_network_volume();
  chart(k_quarantined, "old");
  chart("A_1d/x.png", "fresh");
  CHECK(recover_now(std::chrono::hours(0)).discarded == 0);
  CHECK(has(k_quarantined));
  CHECK(recover_now(std::chrono::hours(1)).discarded == 1);
  CHECK_FALSE(has(k_quarantined));
  CHECK(system.count(Call::take_lease) == 0);
}

TEST_CASE_METHOD(LeftoverFixture, "a chart left in quarantine that vanished with its directory is no failure") {
  chart(k_quarantined);
  auto seen = scan();
  fs::remove_all(at("A_1d"));
  const RecoveryResult done =
      recover(root, seen.catalog, seen.leftovers, {patterns, failures, std::chrono::system_clock::now()});
  CHECK(failures.total() == 0);
  CHECK(done.remaining.empty());
}

TEST_CASE_METHOD(LeftoverFixture, "a file that only resembles a quarantined chart is not touched") {
  chart("A_1d/.chart-reaper~.chart-reaper.lock~");
  fs::create_symlink("elsewhere", at("A_1d/.chart-reaper~y.png~"));
  fs::create_directory(at("A_1d/.chart-reaper~z.png~"));
  chart("A_1d/.chart-reaper~~");
  const RecoveryResult done = recover_now();
  CHECK(done.put_back + done.discarded == 0);
  for (const char* name : {".chart-reaper.lock", "y.png", "z.png", ""})
    CHECK(has("A_1d/.chart-reaper~" + std::string(name) + "~"));
}

TEST_CASE_METHOD(LeftoverFixture, "a chart left in quarantine stays if something else has its name") {
  chart(k_quarantined, "old");
  fs::create_directory(at("A_1d/x.png"));
  CHECK(recover_now().discarded == 0);
  CHECK(has(k_quarantined));
}

TEST_CASE_METHOD(LeftoverFixture, "without RENAME_NOREPLACE it is put back by a hard link") {
  chart(k_quarantined, "old");
  system.fail(Call::rename_at, EINVAL);
  CHECK(recover_now().put_back == 1);
  CHECK(content_of(at("A_1d/x.png")) == "old");
  CHECK_FALSE(has(k_quarantined));
}

TEST_CASE_METHOD(LeftoverFixture, "a chart that cannot be put back now is a failure and stays") {
  chart(k_quarantined, "old");
  system.fail(Call::rename_at, EROFS);
  const RecoveryResult done = recover_now();
  CHECK(done.put_back == 0);
  CHECK(done.remaining.size() == 1);
  CHECK(failures.by_operation().at("renameat2") == 1);
  CHECK(has(k_quarantined));
}
