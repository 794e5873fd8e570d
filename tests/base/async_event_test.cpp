#include "base/async_event.hpp"

#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

using namespace std::chrono_literals;
using reaper::base::AsyncEvent;
namespace asio = boost::asio;

namespace {

struct Fixture {
  /// Waits in a coroutine, which appends its result to `woken`.
  void wait_until(AsyncEvent::Clock::time_point deadline) {
    asio::co_spawn(
        io, [this, deadline]() -> asio::awaitable<void> { woken.push_back(co_await event->wait_until(deadline)); },
        asio::detached);
    io.poll();
    io.restart();
  }

  /// Runs everything that can run without waiting.
  void settle() {
    io.poll();
    io.restart();
  }

  asio::io_context io;
  std::unique_ptr<AsyncEvent> event = std::make_unique<AsyncEvent>(io.get_executor());
  std::vector<bool> woken;
};

const auto k_never = AsyncEvent::Clock::time_point::max();

}  // namespace

TEST_CASE_METHOD(Fixture, "a notification wakes all waiters") {
  for (int i = 0; i < 3; ++i) wait_until(k_never);
  CHECK(event->has_waiters());
  CHECK(woken.empty());
  event->notify_all();
  CHECK(woken.empty());  // not within the call that notifies
  settle();
  CHECK(woken == std::vector<bool>{true, true, true});
  CHECK_FALSE(event->has_waiters());
}

TEST_CASE_METHOD(Fixture, "a wait without a deadline ends with a notification") {
  bool is_over = false;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        co_await event->wait();
        is_over = true;
      },
      asio::detached);
  settle();
  CHECK_FALSE(is_over);
  event->notify_all();
  settle();
  CHECK(is_over);
}

TEST_CASE_METHOD(Fixture, "a notification before the wait is not remembered") {
  event->notify_all();
  wait_until(k_never);
  CHECK(woken.empty());
  event->notify_all();
  settle();
  CHECK(woken == std::vector<bool>{true});
}

TEST_CASE_METHOD(Fixture, "a wait ends at its deadline and other waits go on") {
  wait_until(k_never);
  wait_until(AsyncEvent::Clock::now() + 1ms);
  while (woken.empty()) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(woken == std::vector<bool>{false});
  CHECK(event->has_waiters());
  event->notify_all();
  settle();
  CHECK(woken == std::vector<bool>{false, true});
}

TEST_CASE_METHOD(Fixture, "a wait with a past deadline ends at once") {
  wait_until(AsyncEvent::Clock::now() - 1s);
  CHECK(woken == std::vector<bool>{false});
}

TEST_CASE_METHOD(Fixture, "a notification also counts after the deadline, until the waiter resumes") {
  asio::co_spawn(
      io,
      [this]() -> asio::awaitable<void> { woken.push_back(co_await event->wait_until(AsyncEvent::Clock::now() - 1s)); },
      asio::detached);
  while (!event->has_waiters()) REQUIRE(io.run_one_for(20s) == 1);
  event->notify_all();
  settle();
  CHECK(woken == std::vector<bool>{true});
}

TEST_CASE_METHOD(Fixture, "destroying the event wakes its waiters") {
  wait_until(k_never);
  event.reset();
  settle();
  CHECK(woken == std::vector<bool>{true});
}

TEST_CASE("a coroutine that ends while it waits is no longer notified") {
  auto io = std::make_unique<asio::io_context>();
  AsyncEvent event(io->get_executor());
  asio::co_spawn(
      *io, [&]() -> asio::awaitable<void> { co_await event.wait(); }, asio::detached);
  io->poll();
  CHECK(event.has_waiters());
  io.reset();
  CHECK_FALSE(event.has_waiters());
  event.notify_all();
}
