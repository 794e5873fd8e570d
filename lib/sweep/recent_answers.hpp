#pragma once

#include "sweep/chart_figures.hpp"

#include <chrono>
#include <deque>
#include <memory>

namespace reaper::sweep {

/// The figures that were last made: asked for again within a second they are new enough, and while a sweep keeps the
/// worker occupied they are better than nothing. Only a few pages are kept, so its memory is bounded.
class RecentAnswers {
 public:
  using Clock = std::chrono::steady_clock;

  /// As many as a page in a browser asks for, and some more.
  static constexpr std::size_t k_max_pages = 8;

  void note(const Answers& answers, Clock::time_point now);

  /// Null if there are none, or none that were made at `since` or later.
  [[nodiscard]] std::shared_ptr<const AgeFigures> ages(Clock::time_point since) const;
  [[nodiscard]] std::shared_ptr<const SetPage> page(const SetQuery& query, Clock::time_point since) const;

  /// The root cannot be used: what was there says nothing any more.
  void clear();

 private:
  struct Page {
    SetQuery query;
    std::shared_ptr<const SetPage> page;
    Clock::time_point made;
  };

  std::shared_ptr<const AgeFigures> ages_;
  Clock::time_point ages_made_{};
  std::deque<Page> pages_;  // the last made first
};

}  // namespace reaper::sweep
