// Whatever writers do, the catalog is what a fresh scan finds as soon as they pause, with the kernel's queue long
// enough or too short, and with or without watches.

#include "sweep/live_catalog_fixture.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <random>
#include <thread>

using reaper::base::FileDescriptor;
using reaper::sweep::Watching;
using reaper::test::LiveCatalogFixture;

namespace {

constexpr int k_writers = 3;
constexpr int k_pauses = 25;
constexpr int k_operations = 60;

/// Does one thing after another in a few directories that all writers share, so that they are in each other's way.
/// Nothing that goes wrong matters: the directory may just have been taken away by another writer.
class RandomWriter {
 public:
  RandomWriter(std::string root, unsigned seed) : root_(std::move(root)), random_(seed) {}

  void work() {
    for (int i = 0; i < k_operations; ++i) do_something();
  }

 private:
  std::string directory() {
    static constexpr std::array k_directories{"A_1d", "B_1d", "C_1h", "D_1h/deep_1d"};
    return root_ + "/" + k_directories[random_() % k_directories.size()];
  }
  std::string file() {
    static constexpr std::array k_names{"w.png", "x.png", "y.png", "z.png", "notes.txt", "x.png.tmp"};
    return directory() + "/" + k_names[random_() % k_names.size()];
  }

  void write(const std::string& path, int flags) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600));
    const std::string content(random_() % 5000, 'x');
    if (file && ::write(file.get(), content.data(), content.size()) < 0) return;
  }

  void do_something() {
    const std::string path = file();
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2: return write(path, O_TRUNC);
      case 3: return write(path, O_APPEND);
      case 4: write(path + ".tmp", O_TRUNC); [[fallthrough]];
      case 5: return ignore(::rename((path + ".tmp").c_str(), path.c_str()));
      case 6: return ignore(::rename(path.c_str(), file().c_str()));
      case 7: return ignore(::unlink(path.c_str()));
      case 8: return ignore(::truncate(path.c_str(), static_cast<off_t>(random_() % 100)));
      case 9: {
        const timespec times[2] = {{1'000'000, 0}, {static_cast<time_t>(random_() % 2'000'000'000), 0}};
        return ignore(::utimensat(AT_FDCWD, path.c_str(), times, 0));
      }
      case 10: {
        ignore(::mkdir((root_ + "/D_1h").c_str(), 0700));
        return ignore(::mkdir(directory().c_str(), 0700));
      }
      default: return ignore(::rename(directory().c_str(), directory().c_str()));
    }
  }

  static void ignore(int /*result*/) {}

  std::string root_;
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("after each pause of the writers the catalog is what a fresh scan finds") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  const bool too_short_at_times = GENERATE(false, true);
  LiveCatalogFixture fixture;
  std::mt19937 random(seed);
  INFO("seed " << seed << ", overflows " << too_short_at_times);
  for (const char* directory : {"A_1d", "B_1d", "C_1h"}) fixture.dir.make_dir(std::string("charts/") + directory);
  fixture.refresh();
  for (int pause = 0; pause < k_pauses; ++pause) {
    std::atomic<int> working{k_writers};
    std::vector<std::thread> writers;
    for (int i = 0; i < k_writers; ++i) {
      writers.emplace_back([&, own_seed = static_cast<unsigned>(random())] {
        RandomWriter(fixture.dir.path("charts").string(), own_seed).work();
        --working;
      });
    }
    while (working != 0) {
      if (too_short_at_times && random() % 4 == 0) fixture.system.overflow_events();
      fixture.refresh();
      if (random() % 8 == 0) fixture.scan();
    }
    for (std::thread& writer : writers) writer.join();
    fixture.refresh();
    REQUIRE(fixture.live->is_watched());
    REQUIRE(fixture.known() == fixture.there());
    fixture.scan();
    REQUIRE(fixture.live->drift() == 0);
    REQUIRE(fixture.live->catalog().total_bytes() == [&] {
      std::uint64_t total = 0;
      fixture.live->catalog().visit_oldest_first([&](reaper::charts::ChartIndex chart) {
        total += fixture.live->catalog().counted_bytes(chart);
        return true;
      });
      return total;
    }());
  }
}
