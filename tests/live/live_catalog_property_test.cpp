// Whenever the writers pause, the catalog equals a fresh scan: with and without watches, and with a kernel queue that
// is long enough or overflows.

#include "live/live_catalog_fixture.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>
#include <thread>

using reaper::base::FileDescriptor;
using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
namespace fs = std::filesystem;

namespace {

constexpr int k_writers = 3;
constexpr int k_pauses = 25;
constexpr int k_operations = 60;

/// Makes random changes in a few directories that all writers share, so that they disturb each other. Errors do not
/// matter, because another writer may just have removed the directory.
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

/// Links charts, and moves chart sets over, into and out of each other and the root. The seed alone decides every
/// operation, so a failing run can be repeated.
class RandomMover {
 public:
  RandomMover(fs::path root, fs::path outside, unsigned seed)
      : root_(std::move(root)), outside_(std::move(outside)), random_(seed) {}

  void do_something() {
    std::error_code ignored;  // another operation may have removed it
    switch (random_() % 14) {
      case 0:
      case 1:
      case 2: return write(chart());
      case 3: return fs::rename(chart(), chart(), ignored);
      case 4:
      case 5: return fs::create_hard_link(chart(), chart(), ignored);
      case 6: fs::remove(chart(), ignored); return;
      case 7: return move(set(), set());
      case 8: return move_over(set(), set());
      case 9: return move(set(), set() / "inner_1d");
      case 10: return move(set() / "inner_1d", set());
      case 11: return move(set(), away());
      case 12: return move(away(), set());
      default: fs::remove_all(random_() % 2 == 0 ? set() : set() / "inner_1d", ignored); return;
    }
  }

 private:
  fs::path set() {
    static constexpr std::array k_sets{"A_1d", "B_1d", "C_1h", "D_1h", "E_1h", "F_1h"};
    return root_ / k_sets[random_() % k_sets.size()];
  }
  fs::path away() { return outside_ / (random_() % 2 == 0 ? "A_1d" : "E_1d"); }
  fs::path chart() {
    static constexpr std::array k_names{"w.png", "x.png", "y.png"};
    return (random_() % 3 == 0 ? set() / "inner_1d" : set()) / k_names[random_() % k_names.size()];
  }

  void write(const fs::path& path) {
    std::error_code ignored;
    fs::create_directories(path.parent_path(), ignored);
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const std::string content(random_() % 5000, 'x');
    if (file && ::write(file.get(), content.data(), content.size()) < 0) return;
  }

  static void move(const fs::path& from, const fs::path& to) {
    std::error_code ignored;
    fs::rename(from, to, ignored);
  }

  /// Replaces a directory by another one. rename(2) needs the target to be empty.
  static void move_over(const fs::path& from, const fs::path& to) {
    std::error_code ignored;
    if (from == to) return;
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(to, ignored)) inside.push_back(entry.path());
    for (const fs::path& path : inside) fs::remove_all(path, ignored);
    fs::rename(from, to, ignored);
  }

  fs::path root_;
  fs::path outside_;
  std::mt19937 random_;
};

/// Returns only the names of the charts. Writing a chart under one name changes it under its other name, too, but no
/// event says so. Until the next full scan only the names are certain.
std::vector<std::string> names_of(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const std::string& line : words) names.push_back(line.substr(0, line.find(' ')));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("charts that are linked and moved during an update leave nothing behind in the catalog") {
  const unsigned seed = GENERATE(range(1U, 5U));
  INFO("seed " << seed);
  LiveCatalogFixture fixture;
  fixture.dir.make_dir("outside");
  RandomMover mover(fixture.dir.path("charts"), fixture.dir.path("outside"), seed);
  std::mt19937 random(seed);
  for (int pause = 0; pause < 40; ++pause) {
    // Another process does most harm between the calls of a scan or an update.
    for (const Call call :
         {Call::open_beneath, Call::read_entries, Call::stat_at, Call::add_watch, Call::read_events}) {
      fixture.system.before_each(call, [&] {
        for (unsigned i = random() % 4; i > 1; --i) mover.do_something();
      });
    }
    for (int i = 0; i < 4; ++i) random() % 3 == 0 ? fixture.scan() : fixture.refresh();
    fixture.system.heal();
    fixture.refresh();
    INFO("pause " << pause);
    REQUIRE(fixture.live->is_watched());
    REQUIRE(names_of(fixture.known()) == names_of(fixture.there()));
    fixture.scan();
    REQUIRE(fixture.known() == fixture.there());
    REQUIRE(fixture.live->catalog().repair() == 0);
    REQUIRE(fixture.live->catalog().chart_count() == fixture.there().size());
  }
}

TEST_CASE("after each pause of the writers the catalog equals a fresh scan") {
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
