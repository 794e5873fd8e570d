#pragma once

#include "charts/chart.hpp"
#include "volume/done_steps.hpp"
#include "volume/failures.hpp"
#include "volume/fallbacks.hpp"
#include "volume/progress.hpp"
#include "volume/removal_candidate.hpp"
#include "volume/removal_protocol.hpp"
#include "volume/removal_result.hpp"
#include "volume/removal_steps.hpp"
#include "volume/root.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::volume {

/// The number of charts in a removal window. Each needs up to two descriptors, for itself and its directory. That is
/// 512 of the 1,024 that a process usually has. Recently used directories need a few more.
inline constexpr std::size_t k_window_charts = 256;
/// The window size if the pool carries out the steps and the process may open enough files. The grace time is one
/// second there, so a window of 256 charts would limit a removal to 256 charts a second.
inline constexpr std::size_t k_wide_window_charts = 1024;

/// Returns true if the pool of the root carries out the steps of removals: on a slow volume that is not local.
[[nodiscard]] bool removes_by_pool(const Root& root) noexcept;

/// Returns the number of charts that a removal window holds on this root at present.
[[nodiscard]] std::size_t window_charts(const Root& root) noexcept;

/// The counters that a removal window updates, its stop token and its grace times.
struct RemovalOptions {
  Failures& failures;
  Fallbacks& fallbacks;
  Progress& progress;
  /// After a stop request, the window puts all charts back at once if any of them has no lease. Otherwise it finishes
  /// the removals, because the grace time with a lease is short.
  std::stop_token stop;
  Grace grace = {};
};

/// A chart that has left the window.
struct FinishedRemoval {
  const charts::ChartSnapshot* chart;
  std::size_t number;  ///< the caller's number of the chart, from add()
  RemovalResult result;
};

/// Removes charts by the protocol of their volume. While one chart waits for its grace time, the window prepares the
/// next ones. On a slow volume that is not local, the pool of the root carries out the steps of several charts at once.
///
/// If a step finds a writer, the protocol puts the chart back. The window does so at once if a writer breaks a lease.
/// add() checks for such writers after every few charts, so a writer waits no longer than that. Only a crash or a
/// failed rename leaves a chart in quarantine, see recovery.hpp.
///
/// The caller calls add() while there is room, and wait() otherwise. After each call it calls take_finished(). That
/// returns each chart exactly once.
class RemovalWindow {
 public:
  using Clock = RemovalCandidate::Clock;

  RemovalWindow(Root& root, RemovalOptions options);
  RemovalWindow(const RemovalWindow&) = delete;
  RemovalWindow& operator=(const RemovalWindow&) = delete;
  /// Waits for the steps that the pool carries out. Charts that wait for their grace time stay in quarantine.
  ~RemovalWindow();

  /// Returns true if add() may be called.
  [[nodiscard]] bool has_room() const noexcept;

  /// Begins to prepare one more chart. Every few charts it first finishes charts that are due.
  /// `chart` must live until it has finished. `number` has a meaning only for the caller and is returned with the
  /// result.
  void add(const charts::ChartSnapshot& chart, std::size_t number);

  /// Waits until `time`, or until the first grace time ends, or until a writer breaks a lease, but at most 50 ms. Then
  /// finishes a few of the charts that are due.
  void wait_until(Clock::time_point time);

  /// The same without a `time`.
  void wait() { wait_until(Clock::time_point::max()); }

  /// Returns the charts that have finished since the last call, in the order in which they finished. They stay valid
  /// until the next call of take_finished().
  [[nodiscard]] std::span<const FinishedRemoval> take_finished();

  /// Returns true if no chart is being removed. Finished charts may still have to be taken.
  [[nodiscard]] bool is_empty() const noexcept { return candidates_.empty() && in_flight_ == 0; }

 private:
  /// A part of a removal that is carried out in one go.
  enum class Step : std::uint8_t { prepare, finish, put_back };

  void start(RemovalCandidate&& candidate, Step step);
  [[nodiscard]] std::optional<Outcome> carry_out(RemovalCandidate& candidate, Step step);
  [[nodiscard]] std::optional<Outcome> prepare(RemovalCandidate& candidate);
  void conclude(RemovalCandidate&& candidate, std::optional<Outcome> outcome);

  void finish_due(Clock::time_point until);
  void wait_for_events(Clock::time_point until);
  void put_back_where_lease_is_broken();
  void put_back_all();

  [[nodiscard]] std::shared_ptr<ChartDirectory> directory(const std::string& path);
  void open_directory(RemovalCandidate& candidate);
  void finish(RemovalCandidate& candidate, Outcome outcome);

  Root* root_;
  RemovalOptions options_;
  std::shared_ptr<const VolumeTraits> volume_;
  RemovalSteps steps_;
  std::unique_ptr<RemovalProtocol> protocol_;
  std::deque<std::shared_ptr<ChartDirectory>> directories_;  // the ones used last, oldest first
  std::deque<RemovalCandidate> candidates_;                  // they wait for their grace time, longest first
  std::vector<FinishedRemoval> finished_;                    // not yet taken
  std::vector<FinishedRemoval> taken_;                       // returned by the last take_finished()
  unsigned since_check_ = 0;                                 // charts added since the last check for writers
  DoneSteps done_;
  std::size_t in_flight_ = 0;  // steps that the pool carries out
};

}  // namespace reaper::volume
