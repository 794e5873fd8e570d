#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>

namespace reaper::http {

/// Lets one coroutine at a time continue, in the order of the calls.
class Turns {
 public:
  struct End {
    void operator()(Turns* turns) const noexcept { turns->end(); }
  };

  /// Other coroutines wait as long as it lives.
  using Turn = std::unique_ptr<Turns, End>;

  /// Waits until it is the caller's turn. All callers must run on this executor.
  [[nodiscard]] boost::asio::awaitable<Turn> next(boost::asio::any_io_executor executor);

 private:
  using Waiter = std::shared_ptr<boost::asio::steady_timer>;

  void end() noexcept;

  bool taken_ = false;
  std::deque<Waiter> waiters_;  // a waiter's timer is cancelled when its turn comes
};

}  // namespace reaper::http
