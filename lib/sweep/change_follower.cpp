#include "sweep/change_follower.hpp"

#include "sweep/limit_sweep_backoff.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// The maximum wait after an event on a watched volume. A write to one chart causes several events.
constexpr std::chrono::milliseconds k_settle{20};

/// The interval at which free space is checked. Other programs can use it up without an event below the root.
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
    // If a long job is running, wait for it, but no longer than k_patience.
    if (!job) job = parts_.jobs.running();
    if (job) static_cast<void>(co_await parts_.jobs.wait_for(job));
  }
}

/// Duplicates the sweeper's descriptor to wait on it. Only the sweeper reads it, on the worker's thread.
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
  boost::system::error_code ignored;  // it may be closed already
  watches_.close(ignored);
  wake_.notify_all();
}

bool ChangeFollower::is_watched() const {
  const std::shared_ptr<const Storage>& storage = parts_.model.storage();
  return storage && storage->watched && watches_.is_open();
}

/// Waits until the next update of the figures is due. On a watched volume that is shortly after an event, so that
/// related events are handled together.
asio::awaitable<void> ChangeFollower::wait_for_change() {
  if (!is_watched()) {
    co_await wake_.wait_for(time_without_events());
    co_return;
  }
  co_await wait_for_event();
  co_await wake_.wait_for(settle_time());
}

/// Returns the wait where no event reports changes. If the times of directories show none either, an update only checks
/// the root and the free space.
ChangeFollower::Clock::duration ChangeFollower::time_without_events() const {
  const Clock::duration between_looks = parts_.updater.between_looks();
  const std::shared_ptr<const Storage>& storage = parts_.model.storage();
  return storage && storage->unseen_since ? std::max<Clock::duration>(between_looks, k_look_at_space) : between_looks;
}

/// Waits for an event, or until an update is due without one.
asio::awaitable<void> ChangeFollower::wait_for_event() {
  watches_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (!error) wake_.notify_all();
  });
  const Clock::duration next_look = parts_.model.storage()->next_look.value_or(k_look_at_space);
  co_await wake_.wait_for(std::min<Clock::duration>(k_look_at_space, next_look));
  boost::system::error_code ignored;  // fails only at the end of the program
  watches_.cancel(ignored);
}

/// Returns the wait after an event. It is shorter if the volume or the limit could be filled meanwhile.
ChangeFollower::Clock::duration ChangeFollower::settle_time() const {
  const std::uint64_t limit = settings_->policy.limits_on(parts_.model.root()).max_size_bytes;
  const std::shared_ptr<const Storage>& storage = parts_.model.storage();
  if (!storage) return std::min<Clock::duration>(k_settle, time_to_fill(limit));
  const std::uint64_t room = limit - std::min(limit, storage->bytes);
  return std::min<Clock::duration>(k_settle, time_to_fill(std::min(room, storage->free_bytes.value_or(room))));
}

}  // namespace reaper::sweep
