#pragma once

#include "sweep/chart_figures.hpp"

#include <chrono>
#include <deque>
#include <memory>

namespace reaper::sweep {

/// Keeps the last answers. Within a second they are new enough for the next client. While a sweep occupies the worker,
/// they are better than none. Only a few pages are kept, so the memory is bounded.
class RecentAnswers {
 public:
  using Clock = std::chrono::steady_clock;

  /// The pages that one browser page asks for, and some more.
  static constexpr std::size_t k_max_pages = 8;

  void note(const Answers& answers, Clock::time_point now);

  /// Return the last answer; null if there is none made at `since` or later.
  [[nodiscard]] std::shared_ptr<const AgeFigures> ages(Clock::time_point since) const;
  [[nodiscard]] std::shared_ptr<const SetPage> page(const SetQuery& query, Clock::time_point since) const;

  /// Drops all answers, because the root cannot be used.
  void clear();

 private:
  struct Page {
    SetQuery query;
    std::shared_ptr<const SetPage> page;
    Clock::time_point made;
  };

  std::shared_ptr<const AgeFigures> ages_;
  Clock::time_point ages_made_{};
  std::deque<Page> pages_;  // newest first
};

}  // namespace reaper::sweep
