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

/// The one thread on which all file work runs, so that a slow or hung volume never holds up the HTTP side. It is
/// started with the first task, and so inherits what the daemon has given up until then.
class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Asks the tasks to end early and waits for them. See has_ended() for what to do if it hangs.
  ~Worker();

  /// Runs the task after those given before it. Tasks given after request_stop() are dropped.
  void post(std::function<void()> task);

  /// Asks the running task, and those that wait, to end early by the stop token; takes no more.
  void request_stop();

  /// Whether the thread has ended, or does so within `patience`. If not, it hangs in a system call that nothing can
  /// interrupt, and the process must end without joining it.
  [[nodiscard]] bool has_ended(std::chrono::milliseconds patience);

  /// What tasks look at to end early.
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

  /// Whether a task is running or waiting.
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
