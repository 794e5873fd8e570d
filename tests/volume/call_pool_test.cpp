#include "volume/call_pool.hpp"

#include "support/catch.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <latch>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reaper::volume::CallPool;
using reaper::volume::PoolWidth;

namespace {

/// Starts at most `allowed` threads, as under a limit of processes.
CallPool::StartThread starter(unsigned allowed) {
  return [left = allowed](std::function<void()> body) mutable {
    if (left == 0) throw std::system_error(EAGAIN, std::system_category());
    --left;
    return std::thread(std::move(body));
  };
}

}  // namespace

TEST_CASE("tasks run at the same time, as many as the width") {
  constexpr unsigned k_width = 4;
  CallPool pool{PoolWidth(k_width)};
  std::latch all_run(k_width);  // opens only if all run at once
  for (unsigned i = 0; i < k_width; ++i) pool.post([&] { all_run.arrive_and_wait(); });
  pool.rest();
  CHECK(all_run.try_wait());
}

TEST_CASE("no more tasks run at once than the width") {
  CallPool pool{PoolWidth(3)};
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch all_posted(4);  // three tasks and this thread
  for (int i = 0; i < 50; ++i)
    pool.post([&, i] {
      const int now = ++running;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
      if (i < 3) all_posted.arrive_and_wait();
      --running;
    });
  all_posted.arrive_and_wait();
  pool.rest();
  CHECK(most > 1);
  CHECK(most <= 3);
}

TEST_CASE("run_all makes each call once and returns when all are done, also on threads of the pool") {
  CallPool pool{PoolWidth(4)};
  std::vector<std::atomic<int>> made(1000);
  pool.run_all(made.size(), [&](std::size_t i) { ++made[i]; });
  for (const auto& count : made) REQUIRE(count == 1);
  for (int i = 0; i < 8; ++i)
    pool.post([&] { pool.run_all(made.size(), [&](std::size_t number) { ++made[number]; }); });
  pool.rest();
  for (const auto& count : made) REQUIRE(count == 9);
  pool.run_all(0, [](std::size_t) { FAIL("there is no call"); });
}

TEST_CASE("run_all keeps no more calls in flight than the width, with those of the calling thread") {
  unsigned started = 0;
  CallPool pool{PoolWidth(3), [&started](std::function<void()> body) {
                  ++started;
                  return std::thread(std::move(body));
                }};
  std::latch all_run(3);  // opens only if three run at once
  pool.run_all(50, [&](std::size_t i) {
    if (i < 3) all_run.arrive_and_wait();
  });
  CHECK(started == 2);
}

TEST_CASE("a pool that rested works again") {
  CallPool pool{PoolWidth(2)};
  std::atomic<int> done = 0;
  for (int round = 0; round < 3; ++round) {
    pool.post([&] { ++done; });
    pool.rest();
  }
  CHECK(done == 3);
}

TEST_CASE("where few threads can be made, everything is still done") {
  const unsigned allowed = GENERATE(0U, 1U, 2U);
  CallPool pool{PoolWidth(8), starter(allowed)};
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i) pool.post([&] { ++done; });
  pool.run_all(100, [&](std::size_t) { ++done; });
  CHECK(pool.is_wide() == (allowed == 2));
  pool.rest();
  CHECK(done == 200);
}

TEST_CASE("a width that falls while tasks wait loses none of them") {
  CallPool pool;
  pool.begin(1ms);
  REQUIRE(pool.width() == 8);
  std::atomic<int> done = 0;
  std::latch goes_on(1);
  for (int i = 0; i < 100; ++i)
    pool.post([&] {
      goes_on.wait();
      ++done;
    });
  for (int i = 0; i < 64; ++i) pool.note(1us);
  CHECK(pool.width() == 1);
  goes_on.count_down();
  pool.rest();
  CHECK(done == 100);
}

TEST_CASE("the pool reports when its oldest running call began") {
  CallPool pool{PoolWidth(2)};
  CHECK_FALSE(pool.oldest_call());
  const auto before = CallPool::Clock::now();
  std::latch began(1);
  std::latch goes_on(1);
  std::latch next_began(1);
  std::latch ends(1);
  pool.post([&] {
    began.count_down();
    goes_on.wait();
    CallPool::note_call();
    next_began.count_down();
    ends.wait();
  });
  began.wait();
  const auto first = pool.oldest_call();
  REQUIRE(first);
  CHECK(*first >= before);
  CHECK(*first <= CallPool::Clock::now());
  while (CallPool::Clock::now() <= *first) continue;
  goes_on.count_down();
  next_began.wait();
  CHECK(pool.oldest_call() > first);
  ends.count_down();
  pool.rest();
  CHECK_FALSE(pool.oldest_call());
}
