#include "sweep/chart_questions.hpp"

#include "sweep/storage_updater.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// The maximum age of an answer, even during a sweep or on a slow volume.
constexpr std::chrono::minutes k_max_shown_age{1};

ChartQuestions::Clock::time_point oldest_shown() { return ChartQuestions::Clock::now() - k_max_shown_age; }

/// The maximum number of charts that one job explains. One listener allows no more waiting requests
/// (http::ServerLimits), so only several listeners together can reach it.
constexpr std::size_t k_max_paths = 256;

/// The maximum number of pages that one job makes. Each page costs a comparison for every chart set while a sweep may
/// wait.
constexpr std::size_t k_max_pages = 16;

const Answers& answers_of(const Job& job) { return std::get<AnswersJob>(job.work).result.answers; }

}  // namespace

asio::awaitable<std::shared_ptr<const AgeFigures>> ChartQuestions::ages() {
  if (auto known = recent_.ages(new_enough())) co_return known;
  JobPtr job = jobs_->find_answers([](const Questions& questions) { return questions.ages; });
  if (!job) job = jobs_->order_answers([](Questions& questions) { return questions.ages = true; });
  static_cast<void>(co_await jobs_->wait_for(job));
  // If the volume was too slow for this question, an older answer is better than none.
  co_return recent_.ages(oldest_shown());
}

asio::awaitable<SetsAnswer> ChartQuestions::sets(SetQuery query) {
  if (auto known = recent_.page(query, new_enough())) co_return SetsAnswer{QuestionOutcome::answered, std::move(known)};
  JobPtr job = jobs_->find_answers(
      [&](const Questions& questions) { return std::ranges::find(questions.pages, query) != questions.pages.end(); });
  if (!job)
    job = jobs_->order_answers([&](Questions& questions) {
      if (questions.pages.size() == k_max_pages) return false;
      questions.pages.push_back(query);
      return true;
    });
  if (!job) co_return SetsAnswer{QuestionOutcome::too_many, nullptr};
  const bool has_ended = co_await jobs_->wait_for(job);
  if (!has_ended) {
    auto older = recent_.page(query, oldest_shown());
    co_return SetsAnswer{older ? QuestionOutcome::answered : QuestionOutcome::not_now, std::move(older)};
  }
  const auto& pages = answers_of(*job).pages;
  const auto found = std::ranges::find_if(pages, [&](const auto& page) { return page.first == query; });
  if (found == pages.end()) co_return SetsAnswer{};
  co_return SetsAnswer{QuestionOutcome::answered, found->second};
}

asio::awaitable<ChartSearch> ChartQuestions::find_chart(std::string path) {
  // Do not use the running job. It may have read the volume before the chart was written.
  const JobPtr job = jobs_->order_answers([&](Questions& questions) {
    if (std::ranges::find(questions.paths, path) != questions.paths.end()) return true;
    if (questions.paths.size() == k_max_paths) return false;
    questions.paths.push_back(path);
    return true;
  });
  if (!job) co_return ChartSearch{QuestionOutcome::too_many, {}, {}};
  const bool has_ended = co_await jobs_->wait_for(job);
  if (!has_ended) co_return ChartSearch{};
  const Answers& answers = answers_of(*job);
  const auto found = answers.charts.find(path);
  if (found == answers.charts.end()) co_return ChartSearch{};
  const auto unreadable = answers.unreadable.find(path);
  co_return ChartSearch{QuestionOutcome::answered, found->second,
                        unreadable == answers.unreadable.end() ? std::string() : unreadable->second};
}

/// Returns the time since which an answer must have been made. During a sweep an older answer is used, because the
/// sweep may take long.
ChartQuestions::Clock::time_point ChartQuestions::new_enough() const {
  const JobPtr& running = jobs_->running();
  return running && running->is<SweepJob>() ? oldest_shown() : Clock::now() - k_fresh;
}

}  // namespace reaper::sweep
