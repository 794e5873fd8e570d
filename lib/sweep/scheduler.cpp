#include "sweep/scheduler.hpp"

#include <algorithm>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// The interval at which an unusable root is checked.
constexpr std::chrono::seconds k_retry{5};

/// The shortest interval, so that sweeps never keep the worker busy all the time.
constexpr std::chrono::milliseconds k_min_interval{100};

}  // namespace

Scheduler::Scheduler(const asio::any_io_executor& executor, Parts parts)
    : parts_(parts), wake_(executor), limit_timer_(executor) {}

asio::awaitable<void> Scheduler::run() {
  Request request;
  for (request.trigger = Trigger::start; !is_stopping_; request.trigger = Trigger::timer) {
    // The queue's on_end stores each result.
    if (co_await is_active()) static_cast<void>(co_await parts_.jobs.sweep(request));
    else co_await update_figures();
    co_await wait_until_due(request.trigger == Trigger::start ? 1 - parts_.first_timer_early : 1);
  }
}

/// Returns true if this reaper runs the automatic sweeps. A standby asks for the lock again first, because the active
/// reaper may have ended.
asio::awaitable<bool> Scheduler::is_active() {
  if (!settings_->policy.automatic) co_return false;
  if (is_standby()) co_await parts_.jobs.check_root();
  co_return !is_standby();
}

bool Scheduler::is_standby() const { return parts_.model.root().role == volume::Role::standby; }

/// Updates the figures without a sweep. Where nothing else finds changes, this takes a full scan.
asio::awaitable<void> Scheduler::update_figures() {
  const std::shared_ptr<const Storage>& known = parts_.model.storage();
  if (!known || !known->unseen_since) {
    static_cast<void>(co_await parts_.updater.storage());
    co_return;
  }
  // A scan that takes longer than the wait goes on, and the queue's on_end stores its result.
  static_cast<void>(co_await parts_.jobs.wait_for(parts_.jobs.order_storage(FindUnseen::yes)));
}

void Scheduler::note_report(const Report& report, Clock::time_point now) {
  limit_sweep_backoff_.note(report, settings_->interval, now);
}

void Scheduler::note_storage(const Storage& storage, Clock::time_point now) {
  limit_timer_.cancel();
  if (!settings_->policy.automatic || is_standby() || is_stopping_ || !storage.next_removal) return;
  const auto due = std::max(now + (*storage.next_removal - storage.as_of), limit_sweep_backoff_.earliest_sweep());
  if (due > now) look_at(due);
  else parts_.jobs.order_limit_sweep();
}

void Scheduler::apply(std::shared_ptr<const ServiceSettings> settings) {
  const bool gives_up_lock = settings_ && settings_->policy.automatic && !settings->policy.automatic;
  settings_ = std::move(settings);
  if (gives_up_lock) parts_.jobs.order_root_check();
  limit_sweep_backoff_.reset();
  wake_.notify_all();
}

void Scheduler::stop() {
  is_stopping_ = true;
  limit_timer_.cancel();
  wake_.notify_all();
}

/// Waits for this part of the interval.
asio::awaitable<void> Scheduler::wait_until_due(double part) {
  const auto began = Clock::now();
  while (!is_stopping_) {
    const auto interval = std::chrono::duration_cast<Clock::duration>(settings_->interval * part);
    const auto due = began + std::max<Clock::duration>(interval, k_min_interval);
    const bool was_usable = parts_.model.root().problem.empty();
    co_await wake_.wait_until(was_usable ? due : std::min(due, Clock::now() + k_retry));
    if (Clock::now() >= due) co_return;
    if (was_usable) continue;
    co_await parts_.jobs.check_root();
    if (parts_.model.root().problem.empty()) co_return;
  }
}

/// Updates the figures at `due`. note_storage() then orders the sweep, if they still require one.
void Scheduler::look_at(Clock::time_point due) {
  limit_timer_.expires_at(due);
  limit_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    parts_.model.expire_storage();
    parts_.follower.look_now();
  });
}

}  // namespace reaper::sweep
