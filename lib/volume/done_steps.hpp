#pragma once

#include "volume/removal_candidate.hpp"
#include "volume/removal_result.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace reaper::volume {

/// A removal after a step on a thread of a pool.
struct DoneStep {
  RemovalCandidate candidate;
  std::optional<Outcome> outcome;  ///< nothing if the removal goes on
};

/// Brings steps that are done from the threads of a pool to the deciding thread.
class DoneSteps {
 public:
  void put(DoneStep step) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(std::move(step));
    changed_.notify_one();
  }

  /// Waits for a step until `time`, and returns all that are done; possibly none.
  [[nodiscard]] std::vector<DoneStep> take(RemovalCandidate::Clock::time_point time) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, time, [this] { return !steps_.empty(); });
    return std::exchange(steps_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<DoneStep> steps_;
};

}  // namespace reaper::volume
