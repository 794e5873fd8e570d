#include "config_watch.hpp"

#include <chrono>
#include <utility>

namespace reaper::daemon {
namespace {

namespace asio = boost::asio;

/// The interval between checks, each one stat(2). A change takes effect after two checks.
constexpr std::chrono::seconds k_look_every{2};

}  // namespace

ConfigWatch::ConfigWatch(asio::io_context& io, std::optional<config::FileWatch> file)
    : file_(std::move(file)), stopped_(io.get_executor()) {}

void ConfigWatch::note_reading() {
  if (file_) file_->note_reading();
}

asio::awaitable<bool> ConfigWatch::next_change() {
  while (file_ && !is_stopped_) {
    const bool is_stopped = co_await stopped_.wait_for(k_look_every);
    if (is_stopped) co_return false;
    if (file_->has_changed()) co_return true;
  }
  co_return false;
}

void ConfigWatch::stop() {
  is_stopped_ = true;
  stopped_.notify_all();
}

}  // namespace reaper::daemon
