// Removals whose steps a pool carries out, on a volume that is not local.
#include "support/volume_fixture.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <latch>
#include <string>
#include <system_error>

using namespace std::chrono_literals;
using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::Outcome;
using reaper::volume::PoolWidth;

namespace {

struct WideRemovalFixture : VolumeFixture {
  WideRemovalFixture() {
    system.pretend_kind(NFS_SUPER_MAGIC);
    open_again(PoolWidth(8));
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

/// Limits the descriptors of this process for a while.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t most) {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const rlimit limit{std::min(most, before_.rlim_max), before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
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
  system.before(Call::rename_at, 100, [&] {
    for (int i = 0; i < 100; i += 4) {
      const std::string name = std::to_string(i) + ".png";
      const std::string set = "S" + std::to_string(i / 4) + "_1d/";
      std::error_code missing;  // it may be removed already, or not be in quarantine yet
      std::filesystem::resize_file(at(set + reaper::volume::quarantine_name(name)), 1, missing);
    }
  });
  const auto results = remove(seen);
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

TEST_CASE_METHOD(WideRemovalFixture, "the window is larger where descriptors suffice, and only there") {
  const bool is_enough = GENERATE(true, false);
  const DescriptorLimit limit(is_enough ? 4096 : 1024);
  const std::size_t room = is_enough ? reaper::volume::k_wide_window_charts : reaper::volume::k_window_charts;
  make_charts(1100);
  const auto seen = scan();
  const auto charts = seen.charts();
  grace.without_lease = 60s;
  reaper::volume::RemovalWindow window(root, removal_options());
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  for (std::size_t next = 0; system.count(Call::rename_at) < room && std::chrono::steady_clock::now() < deadline;) {
    if (window.has_room()) {
      window.add(charts[next], next);
      ++next;
    } else {
      window.wait();
    }
  }
  window.wait();
  CHECK(system.count(Call::rename_at) == room);
  CHECK_FALSE(window.has_room());
  stop.request_stop();
  while (!window.is_empty()) window.wait();
}
