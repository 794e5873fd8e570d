#include "sweep/recent_answers.hpp"

#include <algorithm>

namespace reaper::sweep {

void RecentAnswers::note(const Answers& answers, Clock::time_point now) {
  if (answers.ages) {
    ages_ = answers.ages;
    ages_made_ = now;
  }
  for (const auto& answered : answers.pages) {
    std::erase_if(pages_, [&](const Page& known) { return known.query == answered.first; });
    pages_.push_front({answered.first, answered.second, now});
  }
  if (pages_.size() > k_max_pages) pages_.resize(k_max_pages);
}

std::shared_ptr<const AgeFigures> RecentAnswers::ages(Clock::time_point since) const {
  return ages_made_ >= since ? ages_ : nullptr;
}

std::shared_ptr<const SetPage> RecentAnswers::page(const SetQuery& query, Clock::time_point since) const {
  const auto found =
      std::ranges::find_if(pages_, [&](const Page& known) { return known.query == query && known.made >= since; });
  return found == pages_.end() ? nullptr : found->page;
}

void RecentAnswers::clear() {
  ages_.reset();
  pages_.clear();
}

}  // namespace reaper::sweep
