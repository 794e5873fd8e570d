#include "volume/call_pool.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

namespace reaper::volume {
namespace {

/// The time at which the call of this thread began; null outside a pool.
thread_local std::atomic<CallPool::Clock::rep>* t_call_began = nullptr;

CallPool::Clock::rep now() { return CallPool::Clock::now().time_since_epoch().count(); }

/// The calls of one CallPool::run_all(), which several threads share.
class SharedCalls {
 public:
  SharedCalls(std::size_t count, const std::function<void(std::size_t)>& call) : count_(count), call_(&call) {}

  /// Makes calls until all have begun.
  void help() {
    std::size_t made = 0;
    for (std::size_t i = next_++; i < count_; i = next_++, ++made) {
      CallPool::note_call();
      (*call_)(i);
    }
    if (made == 0) return;
    const std::lock_guard lock(mutex_);
    done_ += made;
    if (done_ == count_) all_done_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    all_done_.wait(lock, [this] { return done_ == count_; });
  }

 private:
  const std::size_t count_;
  const std::function<void(std::size_t)>* call_;  // valid until all are done
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::size_t done_ = 0;
};

}  // namespace

CallPool::CallPool(PoolWidth width, StartThread start_thread)
    : width_(width), start_thread_(std::move(start_thread)), allowed_(width.get()) {}

void CallPool::begin(std::optional<std::chrono::microseconds> call_time) {
  const std::lock_guard lock(mutex_);
  width_.begin(call_time);
  was_refused_ = false;
  allowed_ = width_.get();
}

void CallPool::note(std::chrono::nanoseconds call_time) {
  width_.note(call_time);
  if (width_.get() == allowed_) return;
  const std::lock_guard lock(mutex_);
  // If the system allows fewer than two threads, the width stays 1, and the deciding thread makes the calls.
  if (!was_refused_ || members_.size() > 1) allowed_ = width_.get();
  posted_.notify_all();
}

void CallPool::post(const std::function<void()>& task) {
  {
    const std::lock_guard lock(mutex_);
    if (enqueue(task)) return;
  }
  task();
}

void CallPool::run_all(std::size_t count, const std::function<void(std::size_t)>& call) {
  if (count <= 1 || !is_wide()) {
    for (std::size_t i = 0; i < count; ++i) call(i);
    return;
  }
  const auto calls = std::make_shared<SharedCalls>(count, call);
  {
    const std::lock_guard lock(mutex_);
    // More helpers than free threads would find nothing left to do. A task of the pool is among the running ones.
    const bool is_task = t_call_began != nullptr;
    const std::size_t busy = running_ + tasks_.size() + (is_task ? 0 : 1);
    const std::size_t free = allowed_ > busy ? allowed_ - busy : 0;
    for (std::size_t i = 0; i < std::min(count - 1, free); ++i) enqueue([calls] { calls->help(); });
  }
  calls->help();
  calls->wait();
}

void CallPool::rest() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  posted_.notify_all();
  for (Member& member : members_) member.thread.join();
  const std::lock_guard lock(mutex_);
  members_.clear();
  ends_ = false;
  was_refused_ = false;
  allowed_ = width_.get();
}

void CallPool::note_call() noexcept {
  if (t_call_began != nullptr) *t_call_began = now();
}

std::optional<CallPool::Clock::time_point> CallPool::oldest_call() const {
  const std::lock_guard lock(mutex_);
  std::optional<Clock::time_point> oldest;
  for (const Member& member : members_) {
    const Clock::time_point began{Clock::duration(member.call_began)};
    if (began == Clock::time_point() || (oldest && *oldest <= began)) continue;
    oldest = began;
  }
  return oldest;
}

/// Returns false if there is no thread, and none can be made.
bool CallPool::enqueue(std::function<void()> task) {
  if (running_ + tasks_.size() >= members_.size()) add_thread();
  if (members_.empty()) return false;
  tasks_.push_back(std::move(task));
  posted_.notify_one();
  return true;
}

/// Starts one more thread if the width allows it and the system did not refuse one before.
void CallPool::add_thread() {
  if (ends_ || was_refused_ || members_.size() >= allowed_) return;
  Member& member = members_.emplace_back();
  try {
    member.thread = start_thread_([this, &member] { work(member); });
  } catch (const std::system_error&) {
    members_.pop_back();
    was_refused_ = true;
    if (members_.size() < 2) allowed_ = 1;
  }
}

void CallPool::work(Member& self) {
  t_call_began = &self.call_began;
  std::unique_lock lock(mutex_);
  for (;;) {
    posted_.wait(lock, [this] { return ends_ || (!tasks_.empty() && running_ < allowed_); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    ++running_;
    lock.unlock();
    note_call();
    task();
    task = nullptr;  // this may close a descriptor, which is also a call
    self.call_began = 0;
    lock.lock();
    --running_;
  }
}

}  // namespace reaper::volume
