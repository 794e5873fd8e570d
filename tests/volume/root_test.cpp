#include "volume/root.hpp"

#include "support/catch.hpp"
#include "support/faulty_system.hpp"
#include "support/pretend_mount.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>

using reaper::test::Call;
using reaper::test::FaultySystem;
using reaper::test::TempDir;
using reaper::volume::Role;
using reaper::volume::Root;
namespace fs = std::filesystem;

namespace {

struct RootFixture {
  TempDir dir;
  FaultySystem system;
  Root root{system, dir.path("a/b/charts").string()};
};

/// A volume that reports any values a test wants.
class StrangeVolume final : public reaper::volume::System {
 public:
  int stat_volume(int descriptor, struct statfs& result) override {
    const int status = System::stat_volume(descriptor, result);
    result.f_type = type != 0 ? type : result.f_type;
    result.f_frsize = static_cast<decltype(result.f_frsize)>(block_bytes);
    result.f_blocks = blocks;
    result.f_bavail = available;
    result.f_files = inodes;
    result.f_ffree = free_inodes;
    return status;
  }

  long type = 0;
  std::uint64_t block_bytes = 4096;
  std::uint64_t blocks = 1000;
  std::uint64_t available = 10;
  std::uint64_t inodes = 500;
  std::uint64_t free_inodes = 7;
};

}  // namespace

TEST_CASE_METHOD(RootFixture, "a missing root is created with all its parents") {
  REQUIRE(root.make().has_value());
  CHECK(root.check().value() == Root::State::opened);
  CHECK(root.make().has_value());
  CHECK(root.check().value() == Root::State::same);
}

TEST_CASE_METHOD(RootFixture, "a root that cannot be created is an error that names the directory") {
  dir.write_file("a", "a file");
  const auto made = root.make();
  REQUIRE(made.has_error());
  CHECK(made.error().operation == "mkdir");
}

TEST_CASE_METHOD(RootFixture, "a replaced root is noticed, and the new one is opened") {
  REQUIRE(root.make().has_value());
  REQUIRE(root.check().has_value());
  fs::rename(dir.path("a"), dir.path("old"));
  CHECK_FALSE(root.is_current());
  CHECK(root.check().has_error());
  CHECK_FALSE(root.is_open());
  REQUIRE(root.make().has_value());
  CHECK(root.check().value() == Root::State::opened);

  fs::rename(dir.path("a/b/charts"), dir.path("a/b/before"));
  fs::create_directory(dir.path("a/b/charts"));
  CHECK(root.check().value() == Root::State::replaced);
}

TEST_CASE_METHOD(RootFixture, "a root whose parent became a link is another root") {
  REQUIRE(root.make().has_value());
  REQUIRE(root.check().has_value());
  dir.make_dir("elsewhere/charts");
  fs::rename(dir.path("a/b"), dir.path("a/kept"));
  fs::create_directory_symlink(dir.path("elsewhere"), dir.path("a/b"));
  CHECK_FALSE(root.is_current());
}

TEST_CASE_METHOD(RootFixture, "no path leads out of the root or through a link") {
  REQUIRE(root.make().has_value());
  REQUIRE(root.check().has_value());
  dir.make_dir("a/b/charts/deep/A_1d");
  dir.make_dir("outside/A_1d");
  fs::create_directory_symlink(dir.path("outside"), dir.path("a/b/charts/link"));
  fs::create_directory_symlink("deep", dir.path("a/b/charts/inner"));
  for (const char* inside : {"", "deep", "deep/A_1d"}) CHECK(root.open_directory(inside).has_value());
  for (const char* refused : {"..", "../charts", "deep/../..", "/", "link", "link/A_1d", "inner", "inner/A_1d"})
    CHECK(root.open_directory(refused).has_error());
}

TEST_CASE("the file system's own root is refused, however it is written") {
  reaper::volume::System system;
  Root root(system, "/proc/..");
  CHECK(root.check().has_error());
}

TEST_CASE("a volume's free space is the reported one, unless that is impossible") {
  TempDir dir;
  StrangeVolume volume;
  Root root(volume, dir.path().string());
  REQUIRE(root.check().has_value());
  CHECK(root.space().value().free_bytes == 10 * 4096);
  SECTION("no blocks at all") { volume.blocks = 0; }
  SECTION("more free than total") { volume.available = 1001; }
  SECTION("16 EiB, as object stores report") {
    volume.blocks = ~std::uint64_t{0} / 4096;
    volume.available = volume.blocks;
  }
  SECTION("an overflow") {
    volume.blocks = ~std::uint64_t{0};
    volume.block_bytes = 1 << 20;
  }
  CHECK(root.space().has_error());
}

TEST_CASE("a volume's inodes are the reported ones, unless there are none or that is impossible") {
  TempDir dir;
  StrangeVolume volume;
  Root root(volume, dir.path().string());
  REQUIRE(root.check().has_value());
  CHECK(root.space().value().total_inodes == 500);
  CHECK(root.space().value().free_inodes == 7);
  SECTION("none, as btrfs reports") { volume.inodes = volume.free_inodes = 0; }
  SECTION("more free than total") { volume.free_inodes = 501; }
  CHECK(root.space().value().total_inodes == 0);
  CHECK(root.space().value().free_bytes == 10 * 4096);
}

TEST_CASE("leases are trusted only on volumes whose writers are all on this machine") {
  struct Case {
    long type;
    bool reliable;
  };
  const auto example = GENERATE(Case{0xEF53, true}, Case{0x01021994, true}, Case{0x65735546, false},
                                Case{0x6969, false}, Case{0x12345678, false});
  TempDir dir;
  StrangeVolume volume;
  volume.type = example.type;
  Root root(volume, dir.path().string());
  REQUIRE(root.check().has_value());
  CHECK(root.is_local() == example.reliable);
}

TEST_CASE_METHOD(RootFixture, "reading a directory does not change its access time, so nothing has to be written") {
  REQUIRE(root.make().has_value());
  REQUIRE(root.check().has_value());
  dir.write_file("a/b/charts/A_1d/x.png");
  // The access time is older than the last change, so a volume that keeps access times would update it.
  const std::array<timespec, 2> times{timespec{1'000'000'000, 0}, timespec{1'700'000'000, 0}};
  const std::string path = dir.path("a/b/charts/A_1d").string();
  const auto access_time = [&] {
    struct statx file {};
    REQUIRE(::statx(AT_FDCWD, path.c_str(), 0, STATX_ATIME, &file) == 0);
    return file.stx_atime.tv_sec;
  };
  for (const bool openat2 : {true, false}) {
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0);
    if (!openat2) system.fail(Call::open_beneath, ENOSYS);
    const auto opened = root.open_directory("A_1d");
    REQUIRE(opened.has_value());
    std::array<std::byte, 4096> entries{};
    CHECK(system.read_entries(opened->get(), entries) > 0);
    CHECK(access_time() == 1'000'000'000);
  }
}

namespace {

/// Two reapers of one root.
struct TwoReapers : RootFixture {
  TwoReapers() {
    REQUIRE(root.make().has_value());
    REQUIRE(root.check().has_value());
    REQUIRE(other.check().has_value());
  }
  Root other{system, root.path()};
};

}  // namespace

TEST_CASE_METHOD(TwoReapers, "one reaper holds the lock of the root until it gives it up") {
  CHECK(root.take_lock() == Role::active);
  CHECK(root.take_lock() == Role::active);
  CHECK(other.take_lock() == Role::standby);
  root.release_lock();
  CHECK(other.take_lock() == Role::active);
  CHECK(root.take_lock() == Role::standby);
}

TEST_CASE_METHOD(TwoReapers, "a reaper that was on standby takes nothing from the other by giving up") {
  CHECK(root.take_lock() == Role::active);
  CHECK(other.take_lock() == Role::standby);
  other.release_lock();
  CHECK(other.take_lock() == Role::standby);
}

TEST_CASE_METHOD(TwoReapers, "the lock of a replaced root says nothing about the new one") {
  CHECK(root.take_lock() == Role::active);
  fs::rename(root.path(), dir.path("old"));
  fs::create_directory(root.path());
  CHECK(root.check().value() == Root::State::replaced);
  REQUIRE(other.check().has_value());
  CHECK(other.take_lock() == Role::active);
  CHECK(root.take_lock() == Role::standby);
}

TEST_CASE_METHOD(TwoReapers, "a held lock costs no system call") {
  CHECK(root.take_lock() == Role::active);
  const unsigned before = system.count(Call::lock);
  CHECK(root.take_lock() == Role::active);
  CHECK(system.count(Call::lock) == before);
}

TEST_CASE_METHOD(TwoReapers, "without locks no reaper waits for another") {
  system.fail(Call::lock, ENOLCK);
  CHECK(root.take_lock() == Role::unlocked);
  system.fail(Call::lock, ENOLCK);
  CHECK(other.take_lock() == Role::unlocked);
}

TEST_CASE_METHOD(RootFixture, "a lock of a volume that is not local proves nothing") {
  REQUIRE(root.make().has_value());
  reaper::test::pretend_mount(system, root.path(), {0x6969, "nfs4"});
  REQUIRE(root.check().has_value());
  CHECK(root.take_lock() == Role::unlocked);
  CHECK(system.count(Call::lock) == 0);
}
