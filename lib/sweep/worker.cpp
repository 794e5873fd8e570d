#include "sweep/worker.hpp"

#include "base/control_signals.hpp"

#include <utility>

namespace reaper::sweep {

Worker::~Worker() {
  request_stop();
  if (thread_.joinable()) thread_.join();
}

void Worker::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_.stop_requested()) return;
    tasks_.push_back(std::move(task));
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  changed_.notify_all();
}

void Worker::request_stop() {
  const std::lock_guard lock(mutex_);
  stop_.request_stop();
  changed_.notify_all();
}

bool Worker::has_ended(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return ended_ || !thread_.joinable(); });
}

bool Worker::busy() const {
  const std::lock_guard lock(mutex_);
  return running_ || !tasks_.empty();
}

void Worker::run() {
  base::block_control_signals();
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_.stop_requested() || !tasks_.empty(); });
    if (tasks_.empty()) break;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    running_ = true;
    lock.unlock();
    task();
    lock.lock();
    running_ = false;
  }
  ended_ = true;
  changed_.notify_all();
}

}  // namespace reaper::sweep
