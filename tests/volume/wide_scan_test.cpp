// A scan whose directories a pool reads ahead finds the same as one that reads them in turn.
#include "support/volume_fixture.hpp"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <latch>
#include <string>
#include <string_view>
#include <thread>

using reaper::test::Call;
using reaper::test::Scanned;
using reaper::test::VolumeFixture;
using reaper::volume::PoolWidth;
using reaper::volume::Scan;

namespace {

struct WideScanFixture : VolumeFixture {
  WideScanFixture() {
    open_again(PoolWidth(8));
    REQUIRE(narrow.check().has_value());
    system.heal();
  }

  void make_sets(int count) const {
    for (int i = 0; i < count; ++i)
      for (const char* name : {"a.png", "b.png", "other.txt"})
        dir.write_file("charts/S" + std::to_string(i) + "_1d/" + name, "x");
  }

  /// Scans with a root whose pool is never wide.
  [[nodiscard]] Scanned scan_in_turn() { return Scanned(narrow, "", patterns, progress); }

  void check_same(const Scanned& wide, const Scanned& in_turn) const {
    CHECK(paths(wide) == paths(in_turn));
    CHECK(wide.result.too_deep == in_turn.result.too_deep);
    CHECK(wide.result.mounts == in_turn.result.mounts);
    CHECK(wide.result.found == in_turn.result.found);
    CHECK(wide.failures.total() == in_turn.failures.total());
    CHECK(wide.failures.by_operation() == in_turn.failures.by_operation());
    std::vector<std::string> messages[2];
    for (const auto& error : wide.failures.kept()) messages[0].push_back(error.message());
    for (const auto& error : in_turn.failures.kept()) messages[1].push_back(error.message());
    std::sort(messages[0].begin(), messages[0].end());
    std::sort(messages[1].begin(), messages[1].end());
    CHECK(messages[0] == messages[1]);
  }

  /// Opens the start of a scan and reads it to its end. Then the scan may read ahead.
  static void read_start(Scan& walk) {
    reaper::volume::ScanBatch batch;
    REQUIRE(walk.next_directory());
    REQUIRE(walk.open() == Scan::Opening::opened);
    while (walk.read(batch)) continue;
  }

  /// Fails sixty calls, beginning with the first below the root.
  void fail_sixty(Call call) {
    const unsigned first = call == Call::stat_at ? 1 : 3;
    for (unsigned nth = first; nth < first + 60; ++nth) system.fail(call, EIO, nth);
  }

  reaper::volume::Root narrow{system, root.path(), PoolWidth(1)};
};

/// A system where threads other than the first lack descriptors for a while. The first waits until one of them does.
class FewDescriptors : public reaper::test::FaultySystem {
 public:
  int open_beneath(int directory, const char* path) override {
    const bool is_first_thread = std::this_thread::get_id() == first_;
    if (!is_first_thread && refused++ < 20) {
      refused.notify_all();
      return -EMFILE;
    }
    const bool is_root = std::string_view(path) == ".";
    if (is_first_thread && !is_root) refused.wait(0);
    return FaultySystem::open_beneath(directory, path);
  }

  std::atomic<int> refused = 0;

 private:
  std::thread::id first_ = std::this_thread::get_id();
};

}  // namespace

TEST_CASE_METHOD(WideScanFixture, "many sets on several levels are found") {
  make_sets(300);
  for (int i = 0; i < 40; ++i) {
    const std::string user = "user" + std::to_string(i);
    chart(user + "/A_1d/x.png");
    chart(user + "/B_1d/deep/er/y.png");
  }
  check_same(scan(), scan_in_turn());
  CHECK(scan().charts().size() == 680);
}

TEST_CASE_METHOD(WideScanFixture, "a set with thousands of charts is found whole") {
  for (int i = 0; i < 3000; ++i) chart("A_1d/" + std::to_string(i) + ".png");
  make_sets(20);
  CHECK(scan().charts().size() == 3040);
  SECTION("also without file types in entries") {
    system.hide_kinds();
    CHECK(scan().charts().size() == 3040);
  }
}

TEST_CASE_METHOD(WideScanFixture, "a volume whose calls fail is reported by the same calls") {
  make_sets(50);
  const Call call = GENERATE(Call::open_beneath, Call::read_entries, Call::stat_at);
  fail_sixty(call);
  const auto wide = scan();
  system.heal();
  fail_sixty(call);
  const auto in_turn = scan_in_turn();
  CHECK(wide.failures.total() != 0);
  CHECK(wide.failures.by_operation().size() == in_turn.failures.by_operation().size());
}

TEST_CASE_METHOD(WideScanFixture, "without rights to some sets the same failures are reported") {
  make_sets(20);
  for (int i = 0; i < 20; i += 3) system.fail(Call::open_beneath, EACCES, static_cast<unsigned>(2 + i));
  const auto wide = scan();
  CHECK(wide.failures.by_operation().at("openat2") == 7);
  CHECK(wide.charts().size() == 26);
  for (const auto& error : wide.failures.kept()) CHECK(error.path.starts_with("S"));
}

TEST_CASE_METHOD(WideScanFixture, "a lack of descriptors while reading ahead loses no directory") {
  make_sets(50);
  FewDescriptors few;
  root = reaper::volume::Root(few, root.path(), PoolWidth(8));
  REQUIRE(root.check().has_value());
  const auto wide = scan();
  CHECK(few.refused > 0);
  CHECK(wide.charts().size() == 100);
  CHECK(wide.failures.total() == 0);
}

TEST_CASE_METHOD(WideScanFixture, "a set that is removed while it waits for its turn is gone") {
  make_sets(30);
  Scan walk(root, "", {patterns, progress, failures, {}});
  reaper::volume::ScanBatch batch;
  std::size_t charts = 0;
  while (walk.next_directory()) {
    if (walk.open() != Scan::Opening::opened) continue;
    while (walk.read(batch)) charts += batch.charts().size();
    if (walk.depth() == 0)
      for (int i = 0; i < 30; ++i) std::filesystem::remove_all(at("S" + std::to_string(i) + "_1d"));
  }
  CHECK(charts == 0);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(WideScanFixture, "a stop request ends the scan, whatever is being read") {
  make_sets(200);
  system.before(Call::read_entries, 20, [this] { stop.request_stop(); });
  const auto wide = scan();
  CHECK(wide.result.stopped);
  CHECK(wide.charts().size() < 400);
}

TEST_CASE_METHOD(WideScanFixture, "a scan may end before its directories are read") {
  make_sets(200);
  Scan walk(root, "", {patterns, progress, failures, {}});
  read_start(walk);
  REQUIRE(walk.next_directory());  // begins to read ahead
}

TEST_CASE_METHOD(WideScanFixture, "what was read ahead is dropped on request, and read again") {
  make_sets(30);
  Scan walk(root, "", {patterns, progress, failures, {}});
  reaper::volume::ScanBatch batch;
  std::size_t charts = 0;
  while (walk.next_directory()) {
    REQUIRE(walk.open() == Scan::Opening::opened);
    while (walk.read(batch)) charts += batch.charts().size();
    if (walk.depth() != 1 || charts != 2) continue;
    // The first set was read. The others change now.
    for (int i = 0; i < 30; ++i) chart("S" + std::to_string(i) + "_1d/new.png");
    walk.drop_read_ahead();
  }
  CHECK(charts == 2 + 29 * 3);
}

TEST_CASE_METHOD(WideScanFixture, "after read_again(), a scan reads each directory in its turn") {
  make_sets(30);
  Scan walk(root, "", {patterns, progress, failures, {}});
  walk.read_again();
  reaper::volume::ScanBatch batch;
  std::size_t charts = 0;
  while (walk.next_directory()) {
    REQUIRE(walk.open() == Scan::Opening::opened);
    if (walk.depth() == 1) chart(walk.path() + "/new.png");
    while (walk.read(batch)) charts += batch.charts().size();
  }
  CHECK(charts == 90);
}

TEST_CASE_METHOD(WideScanFixture, "the time of a directory that is read ahead is from before its reading") {
  chart("A_1d/x.png");
  const auto then = reaper::base::FileTime(std::chrono::hours(300'000));
  dir.set_modified("charts/A_1d", then);
  Scan walk(root, "", {patterns, progress, failures, {}});
  read_start(walk);
  // The root takes two readings, and the set two more.
  std::latch is_read(1);
  system.before(Call::read_entries, 4, [&] { is_read.count_down(); });
  REQUIRE(walk.next_directory());
  is_read.wait();
  chart("A_1d/y.png");
  REQUIRE(walk.open() == Scan::Opening::opened);
  const auto time = walk.time();
  REQUIRE(time.has_value());
  CHECK(time->modified_ns == then.time_since_epoch().count());
}

TEST_CASE_METHOD(WideScanFixture, "directories that the caller skips are left alone once the scan has ended") {
  make_sets(100);
  {
    Scan walk(root, "", {patterns, progress, failures, {}});
    read_start(walk);
    while (walk.next_directory()) continue;
  }
  const unsigned opened = system.count(Call::open_beneath);
  root.pool().rest();
  CHECK(system.count(Call::open_beneath) == opened);
}

TEST_CASE_METHOD(WideScanFixture, "with reading ahead off, a scan opens only the directories that the caller opens") {
  make_sets(100);
  Scan walk(root, "", {patterns, progress, failures, {}, nullptr, false});
  read_start(walk);
  while (walk.next_directory()) continue;
  CHECK(system.count(Call::open_beneath) == 1);
}
