#include "sweep/change_follower.hpp"

#include "sweep/limit_sweep_backoff.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// How long a watched volume is left alone after a change at most: what is written into one chart comes in several
/// events.
constexpr std::chrono::milliseconds k_settle{20};

/// Free space can vanish without any event below the root.
constexpr std::chrono::seconds k_look_at_space{30};

}  // namespace

ChangeFollower::ChangeFollower(asio::any_io_executor executor, Parts parts)
    : parts_(parts), watches_(executor), wake_(std::move(executor)) {
  attach_to_watches();
}

asio::awaitable<void> ChangeFollower::run() {
  while (!is_stopping_) {
    co_await wait_for_change();
    if (is_stopping_) co_return;
    JobPtr job = parts_.updater.look();
    // A job that goes on for long is not waited for longer than patience lasts.
    if (!job) job = parts_.jobs.running();
    if (job) static_cast<void>(co_await parts_.jobs.wait_for(job));
  }
}

/// The descriptor is shared with the sweeper, which reads it on the worker's thread; here it is only waited for.
void ChangeFollower::attach_to_watches() {
  if (watches_.is_open() || is_stopping_) return;
  if (const int descriptor = ::fcntl(parts_.sweeper.watch_descriptor(), F_DUPFD_CLOEXEC, 0); descriptor >= 0)
    watches_.assign(descriptor);
}

void ChangeFollower::apply(std::shared_ptr<const ServiceSettings> settings) {
  settings_ = std::move(settings);
  wake_.notify_all();
}

void ChangeFollower::stop() {
  is_stopping_ = true;
  boost::system::error_code ignored;  // it was closed, or never open
  watches_.close(ignored);
  wake_.notify_all();
}

bool ChangeFollower::is_watched() const {
  const std::shared_ptr<const Storage>& storage = parts_.model.storage();
  return storage && storage->watched && watches_.is_open();
}

/// Waits until something has happened on a watched volume, and a little longer so that what belongs together is looked
/// at together; on any other until it is time for a look.
asio::awaitable<void> ChangeFollower::wait_for_change() {
  if (!is_watched()) {
    co_await wake_.wait_until(Clock::now() + parts_.updater.between_looks());
    co_return;
  }
  co_await wait_for_event();
  co_await wake_.wait_until(Clock::now() + settle_time());
}

/// Waits until the watches have something to tell, or until a look is due without that.
asio::awaitable<void> ChangeFollower::wait_for_event() {
  watches_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (!error) wake_.notify_all();
  });
  const Clock::duration next_look = parts_.model.storage()->next_look.value_or(k_look_at_space);
  co_await wake_.wait_until(Clock::now() + std::min<Clock::duration>(k_look_at_space, next_look));
  boost::system::error_code ignored;  // closed at the end of the program
  watches_.cancel(ignored);
}

/// The volume must not fill up meanwhile.
ChangeFollower::Clock::duration ChangeFollower::settle_time() const {
  const std::uint64_t limit = settings_->policy.limits.max_size_bytes;
  const std::shared_ptr<const Storage>& storage = parts_.model.storage();
  if (!storage) return std::min<Clock::duration>(k_settle, time_to_fill(limit));
  const std::uint64_t room = limit - std::min(limit, storage->bytes);
  return std::min<Clock::duration>(k_settle, time_to_fill(std::min(room, storage->free_bytes.value_or(room))));
}

}  // namespace reaper::sweep
