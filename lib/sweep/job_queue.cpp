#include "sweep/job_queue.hpp"

#include <algorithm>

namespace reaper::sweep {

JobPtr JobQueue::take_next() {
  // The first of the smallest: the order in which they came decides among equals.
  const auto next = std::ranges::min_element(jobs_, {}, [](const JobPtr& job) { return job->kind; });
  if (next == jobs_.end()) return nullptr;
  JobPtr job = *next;
  jobs_.erase(next);
  return job;
}

void JobQueue::drop(const JobPtr& job) { std::erase(jobs_, job); }

JobPtr JobQueue::find(Job::Kind kind, const std::function<bool(const Job&)>& is_wanted) const {
  const auto found = std::ranges::find_if(
      jobs_, [&](const JobPtr& job) { return job->kind == kind && (!is_wanted || is_wanted(*job)); });
  return found == jobs_.end() ? nullptr : *found;
}

std::size_t JobQueue::count(Job::Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count(jobs_, kind, [](const JobPtr& job) { return job->kind; }));
}

}  // namespace reaper::sweep
