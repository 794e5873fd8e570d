#pragma once

#include "sweep/job.hpp"

#include <cstddef>
#include <deque>
#include <functional>

namespace reaper::sweep {

/// The jobs that wait for the worker. Its user joins equal work, so that there are only a few.
class JobQueue {
 public:
  void push(JobPtr job) { jobs_.push_back(std::move(job)); }

  /// Takes the job that comes next: sweeps first, then by Job::Kind, and jobs of one kind in the order in which they
  /// came. Null if none waits.
  [[nodiscard]] JobPtr take_next();

  /// Takes a job out that is no longer wanted. Does nothing if it does not wait.
  void drop(const JobPtr& job);

  /// The first job of this kind that `is_wanted`; null if there is none.
  [[nodiscard]] JobPtr find(Job::Kind kind, const std::function<bool(const Job&)>& is_wanted = {}) const;

  [[nodiscard]] std::size_t count(Job::Kind kind) const;

  /// Takes all of them.
  [[nodiscard]] std::deque<JobPtr> take_all() { return std::exchange(jobs_, {}); }

 private:
  std::deque<JobPtr> jobs_;  // in the order in which they came
};

}  // namespace reaper::sweep
