#pragma once

#include "sweep/job_queue.hpp"
#include "sweep/read_model.hpp"
#include "sweep/service_settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>

namespace reaper::sweep {

/// Figures of this age are new enough for a person or a scrape.
inline constexpr std::chrono::seconds k_fresh{1};

/// Has the worker look at the volume when the storage figures are too old. Lives on the io_context's thread.
class StorageUpdater {
 public:
  using Clock = std::chrono::steady_clock;

  StorageUpdater(JobQueue& jobs, ReadModel& model) : jobs_(&jobs), model_(&model) {}

  /// The figures, brought up to date if they are not fresh and the worker is free. See SweepOperations::storage.
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Storage>> storage();

  /// Returns the look to wait for, running or ordered. Null if it is not worth waiting: a long sweep is under way, or
  /// the program ends.
  JobPtr look();

  /// The least time between two looks at a volume that is not watched.
  [[nodiscard]] Clock::duration between_looks() const;

  /// Notes how long a look took.
  void note_look(Clock::duration took) noexcept { look_took_ = took; }

  void apply(std::shared_ptr<const ServiceSettings> settings);

  /// Those who wait for the first figures wait no longer.
  void stop() { model_->changed().notify_all(); }

 private:
  [[nodiscard]] bool is_fresh() const;

  JobQueue* jobs_;
  ReadModel* model_;
  std::shared_ptr<const ServiceSettings> settings_;
  Clock::duration look_took_{};
};

}  // namespace reaper::sweep
