#include "sweep/chart_questions.hpp"

#include "sweep/storage_updater.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// Older answers are not shown, not even while a sweep is under way or the volume is slow.
constexpr std::chrono::minutes k_max_shown_age{1};

ChartQuestions::Clock::time_point oldest_shown() { return ChartQuestions::Clock::now() - k_max_shown_age; }

/// Different charts that one job explains. A listener lets no more requests wait (http::ServerLimits), so that this is
/// met only by more than one.
constexpr std::size_t k_max_paths = 256;

/// Different pages that one job makes. Each costs a comparison for every chart set, and a sweep may be waiting.
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
  // A job that runs may have looked before the chart was written that is asked for.
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

/// The time since which figures must have been made that need not be made again: a sweep is not worth waiting for.
ChartQuestions::Clock::time_point ChartQuestions::new_enough() const {
  const JobPtr& running = jobs_->running();
  return running && running->is<SweepJob>() ? oldest_shown() : Clock::now() - k_fresh;
}

}  // namespace reaper::sweep
