#include "volume/learn_volume.hpp"

#include "support/catch.hpp"
#include "support/faulty_system.hpp"
#include "support/pretend_mount.hpp"
#include "support/temp_dir.hpp"
#include "volume/removal_protocol.hpp"
#include "volume/root.hpp"

#include <linux/magic.h>
#include <sys/statfs.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

using namespace reaper::volume;
using reaper::test::Call;
using reaper::test::FaultySystem;
using reaper::test::TempDir;
namespace fs = std::filesystem;

namespace {

struct LearnFixture {
  std::shared_ptr<const VolumeTraits> learn() {
    Root root(system, dir.path().string());
    REQUIRE(root.check().has_value());
    return root.volume();
  }

  /// Makes the directory look like one on this mount.
  void pretend_mount(std::uint32_t magic, const std::string& type, const std::string& options = "rw") {
    reaper::test::pretend_mount(system, dir.path(), {magic, type, options});
  }

  TempDir dir;
  FaultySystem system;
};

}  // namespace

TEST_CASE_METHOD(LearnFixture, "the type comes from the mount, and the cost of a call is measured") {
  pretend_mount(NFS_SUPER_MAGIC, "nfs4", "rw,local_lock=flock");
  const auto volume = learn();
  CHECK(volume->type == "nfs4");
  CHECK(volume->kind == VolumeKind::network);
  CHECK(volume->locks == Locks::this_host);
  REQUIRE(volume->call_time);
  CHECK(volume->call_time->count() > 0);
}

TEST_CASE_METHOD(LearnFixture, "without a mount table statfs alone says what the volume is") {
  pretend_mount(NFS_SUPER_MAGIC, "nfs4");
  system.fail(Call::read_mount_table, EACCES);
  const auto volume = learn();
  CHECK(volume->type == "nfs");
  CHECK(volume->kind == VolumeKind::network);
  CHECK(volume->locks == Locks::unknown);
}

TEST_CASE_METHOD(LearnFixture, "a volume whose statfs fails is unknown, whatever its mount says") {
  pretend_mount(TMPFS_MAGIC, "tmpfs");
  system.fail(Call::stat_volume, EIO);
  CHECK(learn()->kind == VolumeKind::unknown);
  CHECK_FALSE(learn()->is_local());
}

TEST_CASE_METHOD(LearnFixture, "impossible figures of free space are not honest") {
  pretend_mount(TMPFS_MAGIC, "tmpfs");
  system.pretend_space(1000, 10);
  CHECK(learn()->honest_free_space == Trait::yes);
  system.pretend_space(0, 0);
  CHECK(learn()->honest_free_space == Trait::no);
}

TEST_CASE_METHOD(LearnFixture, "the root is the whole volume if it is the mounted top directory") {
  pretend_mount(TMPFS_MAGIC, "tmpfs");
  CHECK(learn()->whole == Trait::no);
  system.pretend_attributes("", STATX_ATTR_MOUNT_ROOT);
  CHECK(learn()->whole == Trait::yes);
  reaper::test::pretend_mount(system, dir.path(), {TMPFS_MAGIC, "tmpfs", "rw", "/pods/1/empty-dir"});
  CHECK(learn()->whole == Trait::no);
  system.fail(Call::read_mount_table, EACCES);
  CHECK(learn()->whole == Trait::unknown);
}

TEST_CASE_METHOD(LearnFixture, "a call that fails has no cost") {
  system.fail(Call::stat_at, EIO, 2);  // the first one examines the root
  CHECK_FALSE(learn()->call_time);
}

TEST_CASE_METHOD(LearnFixture, "nothing below the root is created, renamed or locked to learn what holds") {
  dir.write_file("A_1d/x.png");
  const auto before = fs::last_write_time(dir.path());
  static_cast<void>(learn());
  for (const Call call : {Call::open_at, Call::open_beneath, Call::rename_at, Call::link_at, Call::unlink_at,
                          Call::make_directory, Call::lock, Call::take_lease})
    CHECK(system.count(call) == 0);
  CHECK(fs::last_write_time(dir.path()) == before);
}

TEST_CASE_METHOD(LearnFixture, "a FUSE program without a name that reports a pebibyte and nothing used is a bucket") {
  constexpr std::uint64_t k_pebibyte = std::uint64_t{1} << 50U;
  pretend_mount(FUSE_SUPER_MAGIC, "fuse");
  system.pretend_space(k_pebibyte, k_pebibyte);
  const auto volume = learn();
  CHECK(volume->kind == VolumeKind::bucket);
  CHECK(volume->type == "fuse");
  CHECK(protocol_for(*volume) == ProtocolKind::bucket);
  CHECK(volume->honest_free_space == Trait::no);
  system.pretend_space(k_pebibyte, k_pebibyte - 1);
  CHECK(learn()->kind == VolumeKind::unknown);
  system.pretend_space(k_pebibyte - 1, k_pebibyte - 1);
  CHECK(learn()->kind == VolumeKind::unknown);
  pretend_mount(FUSE_SUPER_MAGIC, "fuse.sshfs");
  system.pretend_space(k_pebibyte, k_pebibyte);
  CHECK(learn()->kind == VolumeKind::network);
}

TEST_CASE_METHOD(LearnFixture, "the volume is learned again when the root is replaced, and only then") {
  dir.make_dir("charts");
  Root root(system, dir.path("charts").string());
  REQUIRE(root.check().has_value());
  const auto first = root.volume();
  REQUIRE(root.check().value() == Root::State::same);
  CHECK(root.volume() == first);
  fs::rename(dir.path("charts"), dir.path("old"));
  dir.make_dir("charts");
  system.pretend_kind(NFS_SUPER_MAGIC);
  REQUIRE(root.check().value() == Root::State::replaced);
  CHECK(root.volume()->kind == VolumeKind::network);
  CHECK_FALSE(root.is_local());
}

TEST_CASE("a root that is not open yet has an unknown volume") {
  System system;
  const Root root(system, "/nowhere");
  REQUIRE(root.volume());
  CHECK_FALSE(root.is_local());
}

TEST_CASE("a real tmpfs is recognized") {
  struct statfs volume {};
  if (::statfs("/dev/shm", &volume) != 0 || volume.f_type != TMPFS_MAGIC) return;
  System system;
  Root root(system, "/dev/shm");
  REQUIRE(root.check().has_value());
  const VolumeTraits& traits = *root.volume();
  CHECK(traits.type == "tmpfs");
  CHECK(traits.is_local());
  CHECK(traits.leases == Leases::reliable);
  CHECK(traits.locks == Locks::this_host);
  CHECK(traits.time_granularity == TimeGranularity::nanoseconds);
  CHECK(traits.call_time.has_value());
}

TEST_CASE("the mount table is read in full, again and again") {
  System system;
  std::string first;
  std::string second = "old";
  REQUIRE(system.read_mount_table(first) == 0);
  REQUIRE(system.read_mount_table(second) == 0);
  CHECK(first.ends_with('\n'));
  CHECK(first.find(" - proc ") != std::string::npos);
  CHECK(second.find(" - proc ") != std::string::npos);
}
