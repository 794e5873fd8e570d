#pragma once

#include "base/async_event.hpp"
#include "base/clock.hpp"
#include "sweep/daily_counts.hpp"
#include "sweep/history.hpp"
#include "sweep/report.hpp"
#include "sweep/snapshot.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_timeline.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace reaper::sweep {

/// Holds the figures of the volume and of past sweeps. Lives on the io_context's thread; handlers read its snapshots.
class ReadModel {
 public:
  using Clock = std::chrono::steady_clock;

  ReadModel(boost::asio::any_io_executor executor, const base::Clock& clock)
      : clock_(&clock), changed_(std::move(executor)) {}

  [[nodiscard]] Snapshot snapshot() const;

  /// Returns null before the first scan has ended, and while the root cannot be used.
  [[nodiscard]] const std::shared_ptr<const Storage>& storage() const noexcept { return storage_; }

  [[nodiscard]] const RootState& root() const noexcept { return root_; }

  /// Returns true if the storage figures are younger than `age` and not marked out of date.
  [[nodiscard]] bool has_storage_within(Clock::duration age) const;

  /// Returns the event that is set when the storage figures or the problem may have changed.
  [[nodiscard]] base::AsyncEvent& changed() noexcept { return changed_; }

  /// Stores the state of the root before the first job.
  void note_root(RootState root) { root_ = std::move(root); }

  /// Adds a sweep to the totals and to the history. note_result() takes its figures of the volume.
  void note_report(const std::shared_ptr<const Report>& report);

  /// Stores the figures at the end of a job, or the problem.
  void note_result(const StorageResult& result);

  /// Stores the figures during a sweep. There must be figures.
  void note_interim_result(const StorageResult& result);

  /// Marks the storage figures out of date.
  void expire_storage() noexcept { storage_at_.reset(); }

  /// Sets a callback for every change of the storage figures or the problem.
  void on_change(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  void tell_change();
  void note_vanished(std::uint64_t vanished_since_start);

  const base::Clock* clock_;
  std::shared_ptr<const Storage> storage_;
  std::optional<Clock::time_point> storage_at_;  // when a job last made them; nothing if out of date
  RootState root_;
  // Copied before a change if a snapshot holds them.
  std::shared_ptr<Totals> totals_ = std::make_shared<Totals>();
  std::shared_ptr<History> history_ = std::make_shared<History>();
  std::shared_ptr<UsageTimeline> usage_ = std::make_shared<UsageTimeline>();
  DailyCounts removed_;
  DailyCounts vanished_;
  std::uint64_t vanished_since_start_ = 0;
  base::AsyncEvent changed_;
  std::function<void()> on_change_;
};

}  // namespace reaper::sweep
