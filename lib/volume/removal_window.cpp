#include "volume/removal_window.hpp"

#include "volume/means_gone.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <utility>

namespace reaper::volume {
namespace {

/// The longest wait. After it, the window checks if the program must end.
constexpr std::chrono::milliseconds k_max_wait{50};

/// The window checks for a waiting writer after this many charts. Each check is a system call, and this many charts
/// take less than a tenth of a millisecond.
constexpr unsigned k_charts_between_checks = 8;

/// The number of directories that stay open. Charts are removed in order of age, so if charts of several sets were
/// written at the same time, their directories take turns.
constexpr std::size_t k_directories_kept = 32;

std::chrono::nanoseconds slice_until(RemovalWindow::Clock::time_point time) {
  return std::clamp<std::chrono::nanoseconds>(time - RemovalWindow::Clock::now(), {}, k_max_wait);
}

}  // namespace

RemovalWindow::RemovalWindow(Root& root, RemovalOptions options)
    : root_(&root),
      options_(std::move(options)),
      volume_(root.volume()),
      steps_({root.system(), *volume_, options_.failures, options_.fallbacks, options_.grace}),
      protocol_(make_protocol(*volume_, steps_)) {}

void RemovalWindow::add(const charts::ChartSnapshot& chart, std::size_t number) {
  assert(has_room());
  if (++since_check_ >= k_charts_between_checks) finish_due(Clock::now());

  RemovalCandidate candidate;
  candidate.chart = &chart;
  candidate.number = number;
  candidate.directory = open_directory(candidate.chart->directory);
  if (!candidate.directory->descriptor) return finish(candidate, candidate.directory->otherwise);
  if (const auto ended = protocol_->prepare(candidate)) return finish(candidate, *ended);
  candidates_.push_back(std::move(candidate));
}

void RemovalWindow::wait_until(Clock::time_point time) {
  if (!candidates_.empty()) return finish_due(std::min(time, candidates_.front().due));
  static_cast<void>(root_->system().wait_for_lease_break(slice_until(time)));
  options_.progress.step();
}

std::span<const FinishedRemoval> RemovalWindow::take_finished() {
  if (finished_.empty()) return {};
  taken_.clear();
  std::swap(taken_, finished_);
  return taken_;
}

/// Waits until `until`, but at most k_max_wait; does not wait if `until` is past. Puts charts back if writers broke
/// their leases. Then removes a few charts whose grace time is over. It does not remove all, because unlink(2) may wait
/// for a disk, and the window does not check for writers meanwhile.
void RemovalWindow::finish_due(Clock::time_point until) {
  since_check_ = 0;
  if (candidates_.empty()) return;
  const auto has_no_lease = [](const RemovalCandidate& candidate) { return !candidate.leased; };
  if (options_.stop.stop_requested() && std::any_of(candidates_.begin(), candidates_.end(), has_no_lease))
    return put_back_all(Outcome::skipped);

  if (root_->system().wait_for_lease_break(slice_until(until)) > 0) put_back_where_lease_is_broken();
  options_.progress.step();
  const auto now = Clock::now();
  for (unsigned i = 0; i < k_charts_between_checks && !candidates_.empty() && candidates_.front().due <= now; ++i) {
    const Outcome outcome = protocol_->finish(candidates_.front());
    finish(candidates_.front(), outcome);
    candidates_.pop_front();
  }
}

/// The signal does not say which lease was broken, so check all. This runs before any removal, because a writer is
/// blocked until its chart is back.
void RemovalWindow::put_back_where_lease_is_broken() {
  for (RemovalCandidate& candidate : candidates_) {
    if (!candidate.leased || root_->system().take_lease(candidate.file.get()) >= 0) continue;
    const Outcome outcome = steps_.put_back(candidate, Outcome::busy);
    finish(candidate, outcome);
    candidate.chart = nullptr;
  }
  std::erase_if(candidates_, [](const RemovalCandidate& candidate) { return candidate.chart == nullptr; });
}

void RemovalWindow::put_back_all(Outcome outcome) {
  for (RemovalCandidate& candidate : candidates_) finish(candidate, steps_.put_back(candidate, outcome));
  candidates_.clear();
}

std::shared_ptr<const ChartDirectory> RemovalWindow::open_directory(const std::string& path) {
  // Charts next to each other in a plan are usually in the same set, so search the latest directories first.
  const auto known = std::find_if(directories_.rbegin(), directories_.rend(),
                                  [&path](const auto& directory) { return directory->path == path; });
  if (known != directories_.rend()) return *known;
  auto directory = std::make_shared<ChartDirectory>();
  directory->path = path;
  if (auto opened = root_->open_directory(path)) {
    directory->descriptor = std::move(*opened);
  } else if (opened.error().is(ENOENT)) {
    directory->otherwise = Outcome::gone;
  } else if (means_out_of_reach(opened.error())) {
    directory->otherwise = Outcome::changed;
  } else {
    options_.failures.add(opened.error(), path);
  }
  if (directories_.size() == k_directories_kept) directories_.pop_front();
  directories_.push_back(std::move(directory));
  return directories_.back();
}

void RemovalWindow::finish(RemovalCandidate& candidate, Outcome outcome) {
  // Close the file now. That ends the lease, so a blocked writer continues before the caller handles the result.
  candidate.file.reset();
  RemovalResult result{.outcome = outcome,
                       .left_in_quarantine = outcome == Outcome::failed && candidate.is_quarantined()};
  if (outcome == Outcome::removed) {
    if (candidate.links == 1) result.freed_bytes = candidate.chart->counted_bytes;
    Progress::increase(options_.progress.charts_removed, 1);
    Progress::increase(options_.progress.bytes_freed, result.freed_bytes);
  }
  finished_.push_back({candidate.chart, candidate.number, result});
  options_.progress.step();
}

}  // namespace reaper::volume
