#pragma once

#include "sweep/job_queue.hpp"
#include "sweep/read_model.hpp"
#include "sweep/service_settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>

namespace reaper::sweep {

/// The age at which figures are still new enough for people and scrapes.
inline constexpr std::chrono::seconds k_fresh{1};

/// Orders a storage job when the figures are too old. Lives on the io_context's thread.
class StorageUpdater {
 public:
  using Clock = std::chrono::steady_clock;

  StorageUpdater(JobQueue& jobs, ReadModel& model) : jobs_(&jobs), model_(&model) {}

  /// Returns the figures. Updates them first if they are old and the worker is free. See SweepOperations::storage.
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Storage>> storage();

  /// Returns the running or a newly ordered storage job. Returns null if waiting makes no sense, because a long sweep
  /// is running or the program ends.
  JobPtr look();

  /// Returns the minimum time between two updates of a volume that is not watched.
  [[nodiscard]] Clock::duration between_looks() const;

  /// Notes the run time of a storage job.
  void note_look(Clock::duration took) noexcept { look_took_ = took; }

  void apply(std::shared_ptr<const ServiceSettings> settings);

  /// Wakes all clients that wait for the first figures.
  void stop() { model_->changed().notify_all(); }

 private:
  [[nodiscard]] bool is_fresh() const;

  JobQueue* jobs_;
  ReadModel* model_;
  std::shared_ptr<const ServiceSettings> settings_;
  Clock::duration look_took_{};
};

}  // namespace reaper::sweep
