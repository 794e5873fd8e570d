#include "sweep/removal_run.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <utility>

namespace reaper::sweep {

using retention::Removal;
using volume::Outcome;

RemovalRun::RemovalRun(const Parts& parts, volume::RemovalOptions options, std::vector<const Removal*> plan)
    : in_(parts),
      options_(std::move(options)),
      pace_(parts.max_per_second),
      charts_(std::move(plan)),
      window_(parts.root, options_) {}

bool RemovalRun::wants_plan() const { return has_tried_all() && goes_on_ && charts_.size() < k_max_charts; }

void RemovalRun::add(std::vector<Removal> plan) {
  if (plan.empty()) return;
  further_plans_.push_back(std::move(plan));
  for (const Removal& removal : further_plans_.back()) charts_.push_back(&removal);
}

std::span<const RemovalRun::Finished> RemovalRun::advance() {
  finished_.clear();
  do {
    goes_on_ = goes_on_ && !options_.stop.stop_requested();
    const bool is_full = goes_on_ && !window_.has_room();
    if (has_tried_all() || is_full) window_.wait();
    else if (goes_on_ && !pace_.is_due()) window_.wait_until(pace_.due());
    else try_next();
    take_finished();
  } while (finished_.empty() && !has_tried_all());
  return finished_;
}

/// Tries the next chart, or finishes it at once if it must stay.
void RemovalRun::try_next() {
  if (next_ % volume::k_window_charts == 0) check_root();
  const std::size_t number = next_++;
  const Removal& removal = *charts_[number];
  pace_.count();
  if (!goes_on_ || failing_.is_given_up(removal.chart.directory)) {
    finished_.push_back({&removal, {.outcome = Outcome::skipped}});
  } else if (!may_still_go(removal)) {
    finished_.push_back({&removal, {.outcome = Outcome::changed}});
    // The caller needs time for a changed chart. Serve waiting writers first.
    if (!window_.is_empty()) window_.wait_until(volume::RemovalWindow::Clock::now());
  } else {
    window_.add(removal.chart, number);
  }
}

void RemovalRun::check_root() {
  if (!goes_on_ || in_.root.is_current()) return;
  goes_on_ = false;
  options_.failures.add(base::errno_error(ESTALE, "statx", in_.root.path()), "");
}

bool RemovalRun::may_still_go(const Removal& removal) const {
  return retention::still_removable(removal.chart.modified(), removal.reason, in_.limits, in_.clock.now());
}

void RemovalRun::take_finished() {
  for (const volume::FinishedRemoval& done : window_.take_finished()) {
    failing_.note(done.chart->directory, done.result.outcome);
    finished_.push_back({charts_[done.number], done.result});
  }
}

}  // namespace reaper::sweep
