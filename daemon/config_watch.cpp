#include "config_watch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace reaper::daemon {
namespace {

namespace asio = boost::asio;

/// The interval between checks, each one stat(2). A change takes effect after two checks.
constexpr std::chrono::seconds k_look_every{2};

}  // namespace

ConfigWatch::ConfigWatch(asio::io_context& io, std::optional<config::FileWatch> file)
    : file_(std::move(file)), timer_(io) {}

void ConfigWatch::note_reading() {
  if (file_) file_->note_reading();
}

asio::awaitable<bool> ConfigWatch::next_change() {
  while (file_ && !is_stopped_) {
    timer_.expires_after(k_look_every);
    const auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error || is_stopped_) co_return false;
    if (file_->has_changed()) co_return true;
  }
  co_return false;
}

void ConfigWatch::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

}  // namespace reaper::daemon
