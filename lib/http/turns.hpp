#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>

namespace reaper::http {

/// Lets one coroutine at a time go on, in the order in which they come.
class Turns {
 public:
  struct End {
    void operator()(Turns* turns) const noexcept { turns->end(); }
  };

  /// The others wait for as long as it lives.
  using Turn = std::unique_ptr<Turns, End>;

  /// Waits until it is the caller's turn. The executor is the one on which all callers run.
  [[nodiscard]] boost::asio::awaitable<Turn> next(boost::asio::any_io_executor executor);

 private:
  using Waiter = std::shared_ptr<boost::asio::steady_timer>;

  void end() noexcept;

  bool taken_ = false;
  std::deque<Waiter> waiters_;  // cancelled when their turn has come
};

}  // namespace reaper::http
