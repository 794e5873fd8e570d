#include "http/turns.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace reaper::http {

namespace asio = boost::asio;

asio::awaitable<Turns::Turn> Turns::next(asio::any_io_executor executor) {
  if (std::exchange(taken_, true)) {
    const auto waiter = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    waiters_.push_back(waiter);
    // The wait only ends when end() cancels it to pass the turn on.
    const auto [cancelled] = co_await waiter->async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(cancelled);
  }
  co_return Turn(this);
}

void Turns::end() noexcept {
  taken_ = !waiters_.empty();
  if (!taken_) return;
  waiters_.front()->cancel();
  waiters_.pop_front();
}

}  // namespace reaper::http
