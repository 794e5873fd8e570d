// Every system call of a sweep fails in turn, in every way the kernel can. Afterwards no chart that should stay is
// lost, nothing outside is touched, everything is counted, and the next sweep leaves no debris.

#include "support/catch.hpp"
#include "support/file_content.hpp"
#include "support/volume_fixture.hpp"
#include "volume/recovery.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::FaultySystem;
using reaper::test::k_calls;
using reaper::test::Scanned;
using reaper::test::VolumeFixture;
using reaper::test::write;
using reaper::volume::Outcome;
using reaper::volume::RemovalResult;
namespace fs = std::filesystem;

namespace {

constexpr std::array k_errors{EIO, ESTALE, EACCES, EPERM, EROFS, EBUSY, EINTR, ENOMEM, EMFILE, ENOSPC};

constexpr std::array k_charts{"A_1d/one.png", "A_1d/two.png", "B_1h/one.png", "B_1h/two.png"};

struct FaultFixture : VolumeFixture {
  FaultFixture() {
    for (const char* path : k_charts) chart(path);
    chart("A_1d/notes.txt", "not a chart");
    dir.write_file("outside.png", "precious");
    chart("C_1d/.chart-reaper~left.png~", "left by a crash");
  }

  void recover_later(Scanned& seen, std::chrono::hours later = std::chrono::hours(24)) {
    recover(root, seen.catalog, seen.leftovers, {patterns, seen.failures, std::chrono::system_clock::now() + later});
  }

  /// Makes the system calls of a sweep on the volume.
  void sweep() {
    if (root.check().has_error()) return;
    auto seen = scan();
    recover_later(seen);
    results = remove(seen);
  }

  /// Sweeps with a fault at the nth call of its kind. Returns false if there was no nth call.
  bool sweep_with_fault(Call call, int error, unsigned nth) {
    system.heal();
    system.fail(call, error, nth);
    sweep();
    return system.count(call) >= nth;
  }

  void check_that_nothing_is_lost() {
    CHECK(content_of(dir.path("outside.png")) == "precious");
    CHECK(content_of(at("A_1d/notes.txt")) == "not a chart");
    std::uint64_t removed = 0;
    for (const RemovalResult& result : results) removed += result.outcome == Outcome::removed ? 1 : 0;
    CHECK(removed == progress.charts_removed);
  }

  void rewrite_all_by_rename() const {
    for (const char* path : k_charts) {
      write(at("fresh.tmp"), "fresh");
      fs::rename(at("fresh.tmp"), at(path));
    }
  }

  void check_that_all_are_fresh() const {
    for (const char* path : k_charts) CHECK(content_of(at(path)) == "fresh");
  }

  std::vector<RemovalResult> results;
};

/// The kinds of volume by their removal protocol; the mounts of buckets differ, see bucket_removal.hpp.
enum class Kind { local, network, bucket_fresh_on_open, bucket_fresh_on_stat };

void become(FaultFixture& volume, Kind kind) {
  if (kind == Kind::network) volume.become_network_volume();
  if (kind == Kind::bucket_fresh_on_open) volume.become_bucket("fuse.s3fs");
  if (kind == Kind::bucket_fresh_on_stat) volume.become_bucket("fuse.gcsfuse");
}

constexpr std::array k_kinds{Kind::local, Kind::network, Kind::bucket_fresh_on_open, Kind::bucket_fresh_on_stat};

}  // namespace

TEST_CASE("any call may fail in any way: nothing is lost, and the next sweep finishes the work") {
  const Call call = GENERATE(from_range(k_calls));
  const int error = GENERATE(from_range(k_errors));
  const Kind kind = GENERATE(from_range(k_kinds));
  bool there_was_a_call = true;
  for (unsigned nth = 1; there_was_a_call && nth < 60; ++nth) {
    FaultFixture volume;
    become(volume, kind);
    INFO("call " << static_cast<int>(call) << ", errno " << error << ", nth " << nth << ", kind "
                 << static_cast<int>(kind));
    there_was_a_call = volume.sweep_with_fault(call, error, nth);
    volume.check_that_nothing_is_lost();
    volume.system.heal();
    volume.sweep();
    const auto seen = volume.scan();
    CHECK(FaultFixture::paths(seen).empty());
    CHECK(seen.leftovers.empty());
  }
}

TEST_CASE("a call that always fails stops the work but not the program") {
  const Call call = GENERATE(from_range(k_calls));
  const int error = GENERATE(from_range(k_errors));
  const Kind kind = GENERATE(from_range(k_kinds));
  INFO("call " << static_cast<int>(call) << ", errno " << error << ", kind " << static_cast<int>(kind));
  FaultFixture volume;
  become(volume, kind);
  volume.system.fail(call, error);
  volume.sweep();
  volume.check_that_nothing_is_lost();
}

TEST_CASE_METHOD(FaultFixture, "a rewritten chart survives any failure while it is put back") {
  const Call call = GENERATE(Call::rename_at, Call::stat_at, Call::unlink_at, Call::take_lease);
  const unsigned nth = GENERATE(range(1U, 12U));
  const auto seen = scan();
  system.heal();
  system.before(Call::rename_at, 1, [&] { rewrite_all_by_rename(); });
  system.fail(call, EIO, nth);
  remove(seen);

  // The next sweep puts back the rest.
  system.heal();
  auto next = scan();
  recover_later(next, std::chrono::hours(0));
  INFO("call " << static_cast<int>(call) << ", nth " << nth);
  check_that_all_are_fresh();
}

TEST_CASE_METHOD(FaultFixture,
                 "on a network volume, too, a rewritten chart survives any failure while it is put back") {
  const Call call = GENERATE(Call::rename_at, Call::link_at, Call::unlink_at, Call::stat_at, Call::open_at, Call::lock);
  const unsigned nth = GENERATE(range(1U, 12U));
  become_network_volume();
  const auto seen = scan();
  system.heal();
  // The chart is already open and compared, so the fresh one gets the quarantine name.
  system.before(Call::rename_at, 2, [&] { rewrite_all_by_rename(); });
  system.refuse_rename_flags();
  system.fail(call, EIO, nth);
  remove(seen);

  system.heal();
  system.fail(Call::rename_at, EINVAL);
  auto next = scan();
  recover_later(next);
  INFO("call " << static_cast<int>(call) << ", nth " << nth);
  check_that_all_are_fresh();
  CHECK(scan().leftovers.empty());
}
