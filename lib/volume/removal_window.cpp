#include "volume/removal_window.hpp"

#include "volume/means_gone.hpp"

#include <sys/resource.h>

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

/// Enough descriptors for a wide window, and half as many for everything else.
constexpr rlim_t k_descriptors_for_wide_window = 3 * k_wide_window_charts;

/// No chart is added while this many steps for each thread of the pool are in flight. More would only wait, and hold up
/// the charts that are due.
constexpr std::size_t k_in_flight_for_each = 2;

bool has_descriptors_for_wide_window() noexcept {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= k_descriptors_for_wide_window;
}

std::chrono::nanoseconds slice_until(RemovalWindow::Clock::time_point time) {
  return std::clamp<std::chrono::nanoseconds>(time - RemovalWindow::Clock::now(), {}, k_max_wait);
}

}  // namespace

bool removes_by_pool(const Root& root) noexcept { return !root.is_local() && root.pool().is_wide(); }

std::size_t window_charts(const Root& root) noexcept {
  return removes_by_pool(root) && has_descriptors_for_wide_window() ? k_wide_window_charts : k_window_charts;
}

RemovalWindow::RemovalWindow(Root& root, RemovalOptions options)
    : root_(&root),
      options_(std::move(options)),
      volume_(root.volume()),
      steps_({root.system(), *volume_, options_.grace}),
      protocol_(make_protocol(*volume_, steps_)) {}

RemovalWindow::~RemovalWindow() {
  while (in_flight_ != 0) in_flight_ -= done_.take(Clock::now() + k_max_wait).size();
}

bool RemovalWindow::has_room() const noexcept {
  const bool is_pool_free = !removes_by_pool(*root_) || in_flight_ < k_in_flight_for_each * root_->pool().width();
  return is_pool_free && candidates_.size() + in_flight_ < window_charts(*root_);
}

void RemovalWindow::add(const charts::ChartSnapshot& chart, std::size_t number) {
  assert(has_room());
  if (++since_check_ >= k_charts_between_checks && !is_empty()) finish_due(Clock::now());

  RemovalCandidate candidate;
  candidate.chart = &chart;
  candidate.number = number;
  candidate.directory = directory(chart.directory);
  start(std::move(candidate), Step::prepare);
}

void RemovalWindow::wait_until(Clock::time_point time) {
  finish_due(candidates_.empty() ? time : std::min(time, candidates_.front().due));
}

std::span<const FinishedRemoval> RemovalWindow::take_finished() {
  if (finished_.empty()) return {};
  taken_.clear();
  std::swap(taken_, finished_);
  return taken_;
}

// Carrying out steps

void RemovalWindow::start(RemovalCandidate&& candidate, Step step) {
  if (!removes_by_pool(*root_)) {
    const auto outcome = carry_out(candidate, step);
    return conclude(std::move(candidate), outcome);
  }
  // A task must be copyable, and a candidate is not.
  root_->pool().post([this, step, shared = std::make_shared<RemovalCandidate>(std::move(candidate))] {
    const auto outcome = carry_out(*shared, step);
    done_.put({std::move(*shared), outcome});
  });
  ++in_flight_;
}

/// Runs on a thread of the pool, too. Returns the outcome if the removal has ended.
std::optional<Outcome> RemovalWindow::carry_out(RemovalCandidate& candidate, Step step) {
  std::optional<Outcome> outcome;
  switch (step) {
    case Step::prepare: outcome = prepare(candidate); break;
    case Step::finish: outcome = protocol_->finish(candidate); break;
    case Step::put_back: outcome = steps_.put_back(candidate, Outcome::skipped); break;
  }
  // Close the file now. That ends the lease, so a blocked writer continues before the caller handles the result.
  if (outcome) candidate.file.reset();
  return outcome;
}

std::optional<Outcome> RemovalWindow::prepare(RemovalCandidate& candidate) {
  ChartDirectory& directory = *candidate.directory;
  std::call_once(directory.opening, [&] { open_directory(candidate); });
  if (!directory.descriptor) return directory.otherwise;
  return protocol_->prepare(candidate);
}

void RemovalWindow::conclude(RemovalCandidate&& candidate, std::optional<Outcome> outcome) {
  if (outcome) finish(candidate, *outcome);
  else candidates_.push_back(std::move(candidate));
}

// Finishing

/// Waits until `until`, but at most k_max_wait; does not wait if `until` is past. Puts charts back if writers broke
/// their leases. Then removes charts whose grace time is over. Without the pool it removes only a few, because
/// unlink(2) may wait for a disk, and the window does not check for writers meanwhile.
void RemovalWindow::finish_due(Clock::time_point until) {
  since_check_ = 0;
  const auto has_no_lease = [](const RemovalCandidate& candidate) { return !candidate.leased; };
  if (options_.stop.stop_requested() && std::any_of(candidates_.begin(), candidates_.end(), has_no_lease))
    return put_back_all();

  wait_for_events(until);
  const auto now = Clock::now();
  std::size_t left = removes_by_pool(*root_) ? candidates_.size() : k_charts_between_checks;
  for (; left != 0 && !candidates_.empty() && candidates_.front().due <= now; --left) {
    start(std::move(candidates_.front()), Step::finish);
    candidates_.pop_front();
  }
}

/// Waits for a writer that breaks a lease, or for a step of the pool.
void RemovalWindow::wait_for_events(Clock::time_point until) {
  const std::chrono::nanoseconds slice = slice_until(until);
  if (!volume_->is_local()) {
    std::vector<DoneStep> done = done_.take(Clock::now() + slice);
    // If the pool has not finished any step, do not report progress, so that the watchdog can notice a hang.
    if (in_flight_ == 0 || !done.empty()) options_.progress.step();
    in_flight_ -= done.size();
    for (DoneStep& step : done) conclude(std::move(step.candidate), step.outcome);
    return;
  }
  if (root_->system().wait_for_lease_break(slice) > 0) put_back_where_lease_is_broken();
  options_.progress.step();
}

/// The signal does not say which lease was broken, so check all. This runs before any removal, because a writer is
/// blocked until its chart is back.
void RemovalWindow::put_back_where_lease_is_broken() {
  for (RemovalCandidate& candidate : candidates_) {
    if (!candidate.leased || root_->system().take_lease(candidate.file.get()) >= 0) continue;
    const Outcome outcome = steps_.put_back(candidate, Outcome::busy);
    candidate.file.reset();
    finish(candidate, outcome);
    candidate.chart = nullptr;
  }
  std::erase_if(candidates_, [](const RemovalCandidate& candidate) { return candidate.chart == nullptr; });
}

void RemovalWindow::put_back_all() {
  for (RemovalCandidate& candidate : std::exchange(candidates_, {})) start(std::move(candidate), Step::put_back);
}

std::shared_ptr<ChartDirectory> RemovalWindow::directory(const std::string& path) {
  // Charts next to each other in a plan are usually in the same set, so search the latest directories first.
  const auto known = std::find_if(directories_.rbegin(), directories_.rend(),
                                  [&path](const auto& directory) { return directory->path == path; });
  if (known != directories_.rend()) return *known;
  if (directories_.size() == k_directories_kept) directories_.pop_front();
  directories_.push_back(std::make_shared<ChartDirectory>(path));
  return directories_.back();
}

void RemovalWindow::open_directory(RemovalCandidate& candidate) {
  ChartDirectory& directory = *candidate.directory;
  auto opened = root_->open_directory(directory.path);
  if (opened) directory.descriptor = *std::move(opened);
  else if (opened.error().is(ENOENT)) directory.otherwise = Outcome::gone;
  else if (means_out_of_reach(opened.error())) directory.otherwise = Outcome::changed;
  else candidate.failures.push_back(opened.error());
}

void RemovalWindow::finish(RemovalCandidate& candidate, Outcome outcome) {
  RemovalResult result{.outcome = outcome,
                       .left_in_quarantine = outcome == Outcome::failed && candidate.is_quarantined()};
  if (outcome == Outcome::removed) {
    if (candidate.links == 1) result.freed_bytes = candidate.chart->counted_bytes;
    Progress::increase(options_.progress.charts_removed, 1);
    Progress::increase(options_.progress.bytes_freed, result.freed_bytes);
  }
  options_.fallbacks.add(candidate.fallbacks);
  for (base::Error& failure : candidate.failures) options_.failures.add(std::move(failure), candidate.chart->directory);
  finished_.push_back({candidate.chart, candidate.number, result});
  options_.progress.step();
}

}  // namespace reaper::volume
