#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <list>
#include <memory>
#include <utility>

namespace reaper::base {

/// Wakes waiting coroutines. Like a condition variable it does not remember notifications: check the state that you
/// wait for before each wait. Used on one thread only, so the state cannot change between check and wait.
///
/// Header-only, so that the rest of base does not depend on Asio. Users link reaper_asio.
class AsyncEvent {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AsyncEvent(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  AsyncEvent(const AsyncEvent&) = delete;
  AsyncEvent& operator=(const AsyncEvent&) = delete;

  /// Wakes all waiters, because nothing else would.
  ~AsyncEvent() { notify_all(); }

  /// Wakes all present waiters. They continue after the caller has returned to the executor.
  void notify_all() {
    for (Waiter* waiter : *waiters_) waiter->wake();
  }

  [[nodiscard]] bool has_waiters() const noexcept { return !waiters_->empty(); }

  /// Waits for the next notification.
  [[nodiscard]] boost::asio::awaitable<void> wait() {
    static_cast<void>(co_await wait_until(Clock::time_point::max()));
  }

  /// Waits for the next notification, at most until `deadline`. Returns true if there was a notification.
  [[nodiscard]] boost::asio::awaitable<bool> wait_until(Clock::time_point deadline) {
    Waiter waiter(waiters_, executor_, deadline);
    // Cancelling the timer is how wake() works, so it is no error.
    co_await waiter.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return waiter.is_notified;
  }

  /// Waits for the next notification, at most for `time`. Returns true if there was a notification.
  [[nodiscard]] boost::asio::awaitable<bool> wait_for(Clock::duration time) { return wait_until(Clock::now() + time); }

 private:
  struct Waiter;
  using Waiters = std::list<Waiter*>;

  /// One wait, stored in its coroutine's frame. The list outlives the event while a wait uses it.
  struct Waiter {
    Waiter(std::shared_ptr<Waiters> in, const boost::asio::any_io_executor& executor, Clock::time_point deadline)
        : timer(executor, deadline), waiters(std::move(in)), place(waiters->insert(waiters->end(), this)) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { waiters->erase(place); }

    void wake() {
      is_notified = true;
      timer.cancel();
    }

    boost::asio::steady_timer timer;
    std::shared_ptr<Waiters> waiters;
    Waiters::iterator place;
    bool is_notified = false;
  };

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Waiters> waiters_ = std::make_shared<Waiters>();
};

}  // namespace reaper::base
