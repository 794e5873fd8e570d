#include "sweep/worker.hpp"

#include "support/catch.hpp"

#include <future>
#include <vector>

using namespace std::chrono_literals;
using reaper::sweep::Worker;

TEST_CASE("tasks run one after another, in order, on another thread") {
  Worker worker;
  std::vector<int> order;
  std::promise<std::thread::id> done;
  for (int i = 0; i < 100; ++i) worker.post([&order, i] { order.push_back(i); });
  worker.post([&] { done.set_value(std::this_thread::get_id()); });
  CHECK(done.get_future().get() != std::this_thread::get_id());
  REQUIRE(order.size() == 100);
  CHECK(order.front() == 0);
  CHECK(order.back() == 99);
}

TEST_CASE("a stopped worker asks its tasks to end, accepts no more, and ends") {
  Worker worker;
  std::promise<void> started;
  bool second_saw_the_stop = false;
  bool third_ran = false;
  worker.post([&] {
    started.set_value();
    while (!worker.stop_token().stop_requested()) std::this_thread::yield();
  });
  worker.post([&] { second_saw_the_stop = worker.stop_token().stop_requested(); });
  started.get_future().wait();
  CHECK(worker.busy());
  worker.request_stop();
  CHECK(worker.has_ended(20s));
  CHECK(second_saw_the_stop);
  CHECK_FALSE(worker.busy());
  worker.post([&] { third_ran = true; });
  CHECK_FALSE(third_ran);
}

TEST_CASE("a worker that hangs is distinguished from one that has ended") {
  Worker worker;
  std::promise<void> started;
  std::promise<void> release;
  worker.post([&] {
    started.set_value();
    release.get_future().wait();
  });
  started.get_future().wait();
  worker.request_stop();
  CHECK_FALSE(worker.has_ended(1ms));
  release.set_value();
  CHECK(worker.has_ended(20s));
}
