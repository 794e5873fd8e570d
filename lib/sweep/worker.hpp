#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace reaper::sweep {

/// The one thread for all file work, so that a slow or hung volume never blocks HTTP. It starts with the first task,
/// after the daemon has given up its rights, and so inherits the restrictions.
class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Asks the tasks to end early and waits for them. If the thread may hang, see has_ended().
  ~Worker();

  /// Runs the task after all earlier ones. Drops tasks given after request_stop().
  void post(std::function<void()> task);

  /// Asks the running and the waiting tasks to end early, by the stop token. Accepts no more tasks.
  void request_stop();

  /// Returns true if the thread has ended or ends within `patience`. Otherwise it hangs in a system call that cannot be
  /// interrupted, and the process must end without joining it.
  [[nodiscard]] bool has_ended(std::chrono::milliseconds patience);

  /// Returns the token that asks tasks to end early.
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

  /// Returns true if a task is running or waiting.
  [[nodiscard]] bool busy() const;

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool running_ = false;
  bool ended_ = false;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace reaper::sweep
