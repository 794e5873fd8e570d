#pragma once

#include "sweep/job_queue.hpp"
#include "sweep/recent_answers.hpp"
#include "sweep/sweep_operations.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace reaper::sweep {

/// Answers questions about charts, from recent answers or with a job. One job answers all questions that arrive while
/// the worker is busy. Lives on the io_context's thread. See SweepOperations for the answers.
class ChartQuestions {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ChartQuestions(JobQueue& jobs) : jobs_(&jobs) {}

  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const AgeFigures>> ages();
  [[nodiscard]] boost::asio::awaitable<SetsAnswer> sets(SetQuery query);
  [[nodiscard]] boost::asio::awaitable<ChartSearch> find_chart(std::string path);

  /// Keeps the answers of a job for the next clients.
  void note_answers(const Answers& answers) { recent_.note(answers, Clock::now()); }

  /// Drops all answers, because the root cannot be used.
  void forget_answers() { recent_.clear(); }

 private:
  [[nodiscard]] Clock::time_point new_enough() const;

  JobQueue* jobs_;
  RecentAnswers recent_;
};

}  // namespace reaper::sweep
