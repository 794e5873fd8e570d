#include "volume/scan.hpp"

#include "support/catch.hpp"
#include "support/volume_fixture.hpp"

#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

using reaper::test::Call;
using reaper::test::FaultySystem;
using reaper::test::VolumeFixture;
using Paths = std::vector<std::string>;
namespace fs = std::filesystem;

TEST_CASE_METHOD(VolumeFixture, "a scan finds charts in the root, in chart sets and below them") {
  chart("x.png");
  chart("A_1d/x.png");
  chart("NIFTY 50_1day/y.png");
  chart("deep/er/x.png");
  const auto found = scan();
  CHECK(paths(found) == Paths{"A_1d/x.png", "NIFTY 50_1day/y.png", "deep/er/x.png", "x.png"});
  CHECK(found.catalog.total_bytes() == 4 * k_content.size());
  CHECK(found.failures.total() == 0);
  CHECK(found.result.found);
}

TEST_CASE_METHOD(VolumeFixture, "only names that match a pattern are charts") {
  for (const char* name : {"x.PNG", "x.png.tmp", ".tmp.x", "png", "x.jpg"}) chart(std::string("A_1d/") + name);
  for (const char* name : {"-rf.png", "*.png", "..png", " .png", "a\nb\x1b[0m\"\\.png", "\xff\xfe.png"})
    chart(std::string("A_1d/") + name);
  chart("A_1d/" + std::string(251, 'n') + ".png");
  const auto found = scan("A_1d");
  CHECK(found.charts().size() == 7);
  CHECK(found.catalog.directory(found.catalog.find_directory("A_1d")).others() == 5);
}

TEST_CASE_METHOD(VolumeFixture, "links are never charts and never followed") {
  chart("real/x.png");
  fs::create_symlink(at("real/x.png"), at("file.png"));
  fs::create_symlink(at("real"), at("directory.png"));
  fs::create_symlink("nowhere", at("dangling.png"));
  fs::create_symlink("self.png", at("self.png"));
  fs::create_directory_symlink(at("real"), at("A_1d"));
  CHECK(paths(scan()) == Paths{"real/x.png"});
  CHECK_FALSE(scan("A_1d").result.found);
}

TEST_CASE_METHOD(VolumeFixture, "pipes, sockets and directories named like charts are left alone") {
  REQUIRE(mkfifo(at("fifo.png").c_str(), 0600) == 0);
  fs::create_directory(at("directory.png"));
  chart("directory.png/x.png");
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  at("socket.png").copy(address.sun_path, sizeof address.sun_path - 1);
  const bool bound = ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(listener);
  REQUIRE(bound);
  CHECK(paths(scan()) == Paths{"directory.png/x.png"});
}

TEST_CASE_METHOD(VolumeFixture, "directories deeper than sixteen levels are counted, not entered") {
  std::string path;
  for (int level = 1; level <= 16; ++level) path += "d/";
  chart(path + "at16.png");
  chart(path + "d/at17.png");
  const auto found = scan();
  CHECK(paths(found) == Paths{path + "at16.png"});
  CHECK(found.result.too_deep == 1);
}

TEST_CASE_METHOD(VolumeFixture, "three hundred nested directories only add to a count") {
  fs::path path = dir.path("charts");
  for (int level = 0; level < 300; ++level) path /= "d";
  fs::create_directories(path);
  CHECK(scan().result.too_deep == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a scan can start in one chart set and stays in it") {
  chart("A_1d/x.png");
  chart("B_1d/x.png");
  CHECK(paths(scan("A_1d")) == Paths{"A_1d/x.png"});
  CHECK_FALSE(scan("C_1d").result.found);
}

TEST_CASE_METHOD(VolumeFixture, "a quarantined chart is a leftover, not a chart, whatever the patterns") {
  patterns = reaper::base::GlobList({"*"});
  chart("A_1d/.chart-reaper~x.png~");
  const auto found = scan();
  CHECK(paths(found).empty());
  REQUIRE(found.leftovers.size() == 1);
  CHECK(found.leftovers.front().quarantine_name == ".chart-reaper~x.png~");
}

TEST_CASE_METHOD(VolumeFixture, "extreme times do not overflow") {
  for (const long long years : {-300LL, -1LL, 10LL, 400LL}) {
    chart("x.png");
    // Not every file system can store every time; the stored one must be read safely.
    const timespec times[] = {{0, UTIME_OMIT}, {years * 31'556'952, 1}};
    utimensat(AT_FDCWD, at("x.png").c_str(), times, 0);
    const auto found = scan();
    REQUIRE(found.charts().size() == 1);
    const auto modified = found.charts().front().modified_ns;
    CHECK((years < 0) == (modified < 0));
  }
}

TEST_CASE_METHOD(VolumeFixture, "a huge sparse file counts by its allocated size") {
  chart("x.png");
  fs::resize_file(at("x.png"), 1'000'000'000'000);
  CHECK(scan().catalog.total_bytes() < 1'000'000);
  fs::resize_file(at("x.png"), 1'000'000);
  CHECK(scan().catalog.total_bytes() == 1'000'000);
}

TEST_CASE_METHOD(VolumeFixture, "an unreadable directory is a failure, and the rest is still found") {
  chart("A_1d/x.png");
  chart("B_1d/x.png");
  // The first call opens the root, the second one of the sets.
  system.fail(Call::open_beneath, EACCES, 2);
  const auto found = scan();
  CHECK(found.charts().size() == 1);
  CHECK(found.failures.total() == 1);
  CHECK(found.failures.by_operation().at("openat2") == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a directory that cannot be read to the end never counts as empty") {
  dir.make_dir("charts/A_1d");
  system.fail(Call::read_entries, EIO, 1);
  const auto found = scan("A_1d");
  CHECK_FALSE(found.catalog.directory(found.catalog.find_directory("A_1d")).seems_empty());
  CHECK(found.failures.by_operation().at("getdents64") == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a directory whose files all fail is given up after some") {
  for (int i = 0; i < 100; ++i) chart("A_1d/" + std::to_string(i) + ".png");
  system.fail(Call::stat_at, EIO);
  const auto found = scan();
  CHECK(found.failures.total() == reaper::volume::k_max_failures_in_a_row);
  CHECK(found.failures.kept().size() == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a chart that vanishes during its check is no failure") {
  chart("x.png");
  system.before(Call::stat_at, 1, [&] { fs::remove(at("x.png")); });
  const auto found = scan();
  CHECK(paths(found).empty());
  CHECK(found.failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a stopped scan reports that it is incomplete") {
  chart("A_1d/x.png");
  stop.request_stop();
  CHECK(scan().result.stopped);
}

TEST_CASE_METHOD(VolumeFixture, "without openat2 every step is still checked") {
  chart("A_1d/deep/x.png");
  dir.make_dir("outside_1d");
  fs::create_directory_symlink(dir.path("outside_1d"), at("B_1d"));
  const int error = GENERATE(ENOSYS, EPERM);
  system.fail(Call::open_beneath, error);
  CHECK(paths(scan()) == Paths{"A_1d/deep/x.png"});
  CHECK(scan("B_1d").result.found == false);
  CHECK(system.count(Call::open_at) > 0);
}

TEST_CASE_METHOD(VolumeFixture, "mounts below the root are neither entered nor touched") {
  if (::geteuid() != 0) {
    WARN("skipped: mounting needs root");
    return;
  }
  chart("outside/x.png");
  dir.make_dir("charts/B_1d");
  chart("file.png");
  chart("A_1d/x.png");
  dir.make_dir("charts/self_1d");
  const bool by_steps = GENERATE(false, true);
  if (by_steps) system.fail(Call::open_beneath, ENOSYS);
  const std::string outside = dir.path("charts/outside").string();
  const bool mounted = ::mount(outside.c_str(), at("B_1d").c_str(), nullptr, MS_BIND, nullptr) == 0 &&
                       ::mount(at("outside/x.png").c_str(), at("file.png").c_str(), nullptr, MS_BIND, nullptr) == 0 &&
                       ::mount(at("").c_str(), at("self_1d").c_str(), nullptr, MS_BIND, nullptr) == 0;
  const auto found = scan();
  for (const char* name : {"self_1d", "file.png", "B_1d"}) ::umount2(at(name).c_str(), MNT_DETACH);
  if (!mounted) {
    WARN("skipped: bind mounts are not permitted here");
    return;
  }
  CHECK(paths(found) == Paths{"A_1d/x.png", "outside/x.png"});
  CHECK(found.result.mounts == 3);
}
