#pragma once

#include "base/clock.hpp"
#include "sweep/change_follower.hpp"
#include "sweep/chart_questions.hpp"
#include "sweep/job_queue.hpp"
#include "sweep/read_model.hpp"
#include "sweep/scheduler.hpp"
#include "sweep/service_settings.hpp"
#include "sweep/storage_updater.hpp"
#include "sweep/sweep_operations.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace reaper::sweep {

/// Starts sweeps and returns their results. Connects the job queue, the scheduler, the change follower and the read
/// model. Lives on the io_context's thread; the jobs run on the worker.
class SweepService final : public SweepOperations {
 public:
  /// The parts that the service works with.
  struct Parts {
    Sweeper& sweeper;
    Worker& worker;
    const volume::Progress& progress;
    telemetry::Log& log;
    const base::Clock& clock;
    double first_timer_early = 0;  ///< see Scheduler::Parts
  };

  SweepService(boost::asio::io_context& io, Parts parts, ServiceSettings settings);
  SweepService(const SweepService&) = delete;
  SweepService& operator=(const SweepService&) = delete;
  ~SweepService() override;

  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request) override;
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Storage>> storage() override;
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const AgeFigures>> ages() override;
  [[nodiscard]] boost::asio::awaitable<SetsAnswer> sets(SetQuery query) override;
  [[nodiscard]] boost::asio::awaitable<ChartSearch> find_chart(std::string path) override;
  [[nodiscard]] boost::asio::awaitable<void> check_root() override;
  [[nodiscard]] Snapshot snapshot() const override { return model_.snapshot(); }
  [[nodiscard]] SweepProgress progress() const override;
  [[nodiscard]] const ServiceSettings& settings() const noexcept { return *settings_; }

  /// Sets the settings for the next sweep, and starts the interval again.
  void apply(ServiceSettings settings);

  /// Sets the state of the root until the first job has checked it.
  void know_root(RootState root) { model_.note_root(std::move(root)); }

  /// Runs the automatic sweeps until stop(); see Scheduler.
  [[nodiscard]] boost::asio::awaitable<void> run() { return scheduler_.run(); }

  /// Follows changes on the volume until stop(); see ChangeFollower.
  [[nodiscard]] boost::asio::awaitable<void> follow() { return follower_.run(); }

  /// Ends run() and follow(), and answers all clients of jobs that have not started. The worker's stop token ends the
  /// running job early.
  void stop();

  /// Sets a callback for the io_context's thread, called when the storage figures or the problem may have changed.
  void on_change(std::function<void()> callback) { model_.on_change(std::move(callback)); }

 private:
  void note_end(const Job& job);
  void note_report(const std::shared_ptr<const Report>& report);
  void note_result(const StorageResult& result);
  void note_interim_result(const StorageResult& result);
  void tell_follower(const Storage& storage);

  const volume::Progress* progress_;
  std::shared_ptr<const ServiceSettings> settings_;
  ReadModel model_;
  JobQueue jobs_;
  StorageUpdater updater_;
  ChangeFollower follower_;
  Scheduler scheduler_;
  ChartQuestions questions_;
};

}  // namespace reaper::sweep
