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

/// The one thread on which all file work runs, so that a slow or hung volume never holds up the HTTP side.
class Worker {
 public:
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Waits for the task that is running. Call stop() first, and see there for what to do if it hangs.
  ~Worker();

  /// Runs the task after those given before it. Tasks given after stop() are dropped.
  void post(std::function<void()> task);

  /// Asks the running task to end early and drops the others. Returns whether the thread has ended within `patience`.
  /// If not, it hangs in a system call that nothing can interrupt: the process must then end without joining it.
  [[nodiscard]] bool stop(std::chrono::milliseconds patience);

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
