// Removals whose steps a pool carries out, on a volume that is not local.
#include "support/volume_fixture.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <latch>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::Outcome;
using reaper::volume::PoolWidth;

namespace {

struct WideRemovalFixture : VolumeFixture {
  WideRemovalFixture() {
    system.pretend_kind(NFS_SUPER_MAGIC);
    root = reaper::volume::Root(system, root.path(), PoolWidth(8));
    REQUIRE(root.check().has_value());
    system.heal();
    grace.without_lease = 20ms;
  }

  void make_charts(int count) const {
    for (int i = 0; i < count; ++i) chart("S" + std::to_string(i / 4) + "_1d/" + std::to_string(i) + ".png");
  }

  [[nodiscard]] static std::size_t count(const std::vector<reaper::volume::RemovalResult>& results, Outcome outcome) {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [&](const auto& result) { return result.outcome == outcome; }));
  }
};

}  // namespace

TEST_CASE_METHOD(WideRemovalFixture, "two thousand charts are each removed once") {
  make_charts(2000);
  const auto results = remove(scan());
  CHECK(count(results, Outcome::removed) == 2000);
  CHECK(scan().charts().empty());
  CHECK(scan().leftovers.empty());
  CHECK(progress.charts_removed == 2000);
  CHECK(fallbacks.without_lease == 2000);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(WideRemovalFixture, "several steps are in flight at once") {
  make_charts(16);
  const auto seen = scan();
  std::latch all_run(8);  // opens only if eight run at once
  for (unsigned nth = 1; nth <= 8; ++nth) system.before(Call::rename_at, nth, [&] { all_run.arrive_and_wait(); });
  CHECK(count(remove(seen), Outcome::removed) == 16);
}

TEST_CASE_METHOD(WideRemovalFixture, "charts that change during their grace time are put back") {
  make_charts(100);
  const auto seen = scan();
  // Every fourth chart is written while it is in quarantine, as by a writer that has it open.
  grace.without_lease = 200ms;
  std::thread writer([&] {
    std::this_thread::sleep_for(100ms);
    for (int i = 0; i < 100; i += 4) {
      const std::string name = std::to_string(i) + ".png";
      const std::string set = "S" + std::to_string(i / 4) + "_1d/";
      const std::string quarantined = at(set + reaper::volume::quarantine_name(name));
      if (std::filesystem::exists(quarantined)) std::filesystem::resize_file(quarantined, 1);
    }
  });
  const auto results = remove(seen);
  writer.join();
  CHECK(count(results, Outcome::removed) + count(results, Outcome::changed) == 100);
  CHECK(count(results, Outcome::changed) == scan().charts().size());
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(WideRemovalFixture, "a failing call is counted once, and the others go on") {
  make_charts(100);
  const auto seen = scan();
  const Call call = GENERATE(Call::open_at, Call::rename_at, Call::unlink_at);
  system.fail(call, EIO, 10);
  const auto results = remove(seen);
  CHECK(count(results, Outcome::failed) == 1);
  CHECK(count(results, Outcome::removed) == 99);
  CHECK(failures.total() == 1);
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(WideRemovalFixture,
                 "a directory that cannot be opened fails for all its charts, and is counted once") {
  make_charts(8);
  const auto seen = scan();
  system.heal();
  system.fail(Call::open_beneath, EIO, 1);
  const auto results = remove(seen);
  CHECK(count(results, Outcome::failed) == 4);
  CHECK(count(results, Outcome::removed) == 4);
  CHECK(failures.total() == 1);
}

TEST_CASE_METHOD(WideRemovalFixture, "a stop request puts all charts back") {
  make_charts(400);
  const auto seen = scan();
  grace.without_lease = 10s;
  system.before(Call::rename_at, 200, [this] { stop.request_stop(); });
  const auto began = std::chrono::steady_clock::now();
  const auto results = remove(seen);
  CHECK(std::chrono::steady_clock::now() - began < 10s);
  CHECK(count(results, Outcome::removed) == 0);
  stop = std::stop_source();
  CHECK(scan().charts().size() == 400);
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(WideRemovalFixture, "the window is larger only where descriptors suffice") {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit before = limit;
  const bool is_enough = GENERATE(true, false);
  limit.rlim_cur = std::min<rlim_t>(is_enough ? 4096 : 1024, limit.rlim_max);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  make_charts(1500);
  const auto seen = scan();
  grace.without_lease = 300ms;
  // Each chart has its grace time once its window has room: the number of charts in quarantine at the first unlink.
  std::size_t quarantined = 0;
  system.before(Call::unlink_at, 1, [&] { quarantined = system.count(Call::rename_at); });
  CHECK(count(remove(seen), Outcome::removed) == 1500);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(quarantined <= (is_enough ? 1024U : 256U));
}
