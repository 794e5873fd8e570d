#pragma once

#include "volume/pool_width.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace reaper::volume {

/// Threads that carry out calls on a slow volume, so that several are in flight at once.
///
/// One thread decides: it posts tasks, takes their results, and owns everything else. A task only makes calls, and
/// writes its result where no other thread looks before the task is done. The threads start when they are needed, so
/// they inherit the sandbox and the priority of the deciding thread, and end with rest(). Where the system allows fewer
/// threads, the pool works with those.
///
/// is_wide(), run_all() and note_call() may also be used on a thread of the pool, oldest_call() on any thread.
/// Everything else is for the deciding thread.
class CallPool {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts a thread; throws std::system_error if the system refuses it. Tests replace it.
  using StartThread = std::function<std::thread(std::function<void()> body)>;

  explicit CallPool(PoolWidth width = PoolWidth(), StartThread start_thread = start_real_thread);
  CallPool(const CallPool&) = delete;
  CallPool& operator=(const CallPool&) = delete;
  /// Waits for the tasks.
  ~CallPool() { rest(); }

  /// Starts over for another volume. `call_time` is the measured time of a call there; empty if it is unknown.
  void begin(std::optional<std::chrono::microseconds> call_time);

  /// Returns the number of calls that may be in flight at once. With 1 the deciding thread makes its calls itself.
  [[nodiscard]] unsigned width() const noexcept { return allowed_; }
  [[nodiscard]] bool is_wide() const noexcept { return allowed_ > 1; }

  /// Takes the mean time of some calls, and adapts the width.
  void note(std::chrono::nanoseconds call_time);

  /// Runs the task on a thread of the pool, after all tasks posted before. Without any thread, runs it at once.
  void post(const std::function<void()>& task);

  /// Runs call(0) to call(count - 1), several at once, and returns when all are done. The calling thread makes calls,
  /// too; it may be a thread of the pool.
  void run_all(std::size_t count, const std::function<void(std::size_t)>& call);

  /// Waits for the tasks, and ends the threads.
  void rest();

  /// Notes that the calling thread, if it belongs to a pool, begins its next call.
  static void note_call() noexcept;

  /// Returns the time at which the oldest running call of the pool began; nothing if none is running. For any thread.
  [[nodiscard]] std::optional<Clock::time_point> oldest_call() const;

 private:
  static std::thread start_real_thread(std::function<void()> body) { return std::thread(std::move(body)); }

  /// A thread, and the time at which its present call began; 0 while it makes none.
  struct Member {
    std::atomic<Clock::rep> call_began{0};
    std::thread thread;
  };

  bool enqueue(std::function<void()> task);
  void add_thread();
  void work(Member& self);

  PoolWidth width_;
  StartThread start_thread_;
  std::atomic<unsigned> allowed_;
  mutable std::mutex mutex_;  // guards the members below
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  std::deque<Member> members_;  // they never move
  std::size_t running_ = 0;     // tasks
  bool was_refused_ = false;    // the system refused a thread
  bool ends_ = false;
};

}  // namespace reaper::volume
