// The part of the service that answers questions about the charts. All who ask while the worker is busy are answered by
// one job, however many there are.

#include "sweep/service.hpp"

#include <algorithm>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// Figures of this age are new enough for a person or a scrape.
constexpr std::chrono::seconds k_fresh{1};

/// Older ones are not shown, not even while a sweep is under way or the volume is slow.
constexpr std::chrono::minutes k_oldest_shown{1};

std::chrono::steady_clock::time_point oldest_shown() { return std::chrono::steady_clock::now() - k_oldest_shown; }

/// Different charts that one job explains. A listener lets no more requests wait (http::Limits), so that this is met
/// only by more than one.
constexpr std::size_t k_most_paths = 256;

/// Different pages that one job makes. Each costs a comparison for every chart set, and a sweep may be waiting.
constexpr std::size_t k_most_pages = 16;

/// An older job holds questions whose askers have given up. It is left to those who still wait for it, and then
/// dropped.
bool takes_questions(const Job& job) { return std::chrono::steady_clock::now() - job.ordered < k_patience; }

}  // namespace

/// When figures must have been made that need not be made again: a sweep is not worth waiting for.
std::chrono::steady_clock::time_point Service::new_enough() const {
  const bool is_sweeping = running_ && running_->kind == Job::Kind::sweep;
  return is_sweeping ? oldest_shown() : std::chrono::steady_clock::now() - k_fresh;
}

/// The job, running or waiting, that answers a question already; null if there is none.
JobPtr Service::find_question(const std::function<bool(const Questions&)>& holds) const {
  if (running_ && running_->kind == Job::Kind::examine && holds(running_->questions)) return running_;
  return waiting_.find(Job::Kind::examine,
                       [&](const Job& job) { return takes_questions(job) && holds(job.questions); });
}

/// Adds a question to the job that waits, or orders one. Null if that job cannot take it.
JobPtr Service::ask(const std::function<bool(Questions&)>& add) {
  if (const JobPtr waiting = waiting_.find(Job::Kind::examine, takes_questions))
    return add(waiting->questions) ? waiting : nullptr;
  auto job = std::make_shared<Job>(Job::Kind::examine);
  return add(job->questions) ? enqueue(std::move(job)) : nullptr;
}

asio::awaitable<std::shared_ptr<const AgeFigures>> Service::ages() {
  if (auto known = recent_.ages(new_enough())) co_return known;
  JobPtr job = find_question([](const Questions& questions) { return questions.ages; });
  if (!job) job = ask([](Questions& questions) { return questions.ages = true; });
  co_await end_of(job);
  // If the volume was too slow for this question, an older answer is better than none.
  co_return recent_.ages(oldest_shown());
}

asio::awaitable<SetsAnswer> Service::sets(SetQuery query) {
  if (auto known = recent_.page(query, new_enough())) co_return SetsAnswer{Outcome::answered, std::move(known)};
  JobPtr job = find_question(
      [&](const Questions& questions) { return std::ranges::find(questions.pages, query) != questions.pages.end(); });
  if (!job)
    job = ask([&](Questions& questions) {
      if (questions.pages.size() == k_most_pages) return false;
      questions.pages.push_back(query);
      return true;
    });
  if (!job) co_return SetsAnswer{Outcome::too_many, nullptr};
  const bool done = co_await end_of(job);
  if (!done) {
    auto older = recent_.page(query, oldest_shown());
    co_return SetsAnswer{older ? Outcome::answered : Outcome::not_now, std::move(older)};
  }
  const auto& pages = job->answers.pages;
  const auto found = std::ranges::find_if(pages, [&](const auto& page) { return page.first == query; });
  if (found == pages.end()) co_return SetsAnswer{};
  co_return SetsAnswer{Outcome::answered, found->second};
}

asio::awaitable<ChartSearch> Service::find_chart(std::string path) {
  // A job that runs may have looked before the chart was written that is asked for.
  const JobPtr job = ask([&](Questions& questions) {
    if (std::ranges::find(questions.paths, path) != questions.paths.end()) return true;
    if (questions.paths.size() == k_most_paths) return false;
    questions.paths.push_back(path);
    return true;
  });
  if (!job) co_return ChartSearch{Outcome::too_many, {}};
  const bool done = co_await end_of(job);
  if (!done) co_return ChartSearch{};
  const auto found = job->answers.charts.find(path);
  if (found == job->answers.charts.end()) co_return ChartSearch{};
  co_return ChartSearch{Outcome::answered, found->second};
}

}  // namespace reaper::sweep
