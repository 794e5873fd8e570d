#pragma once

#include "sweep/job_queue.hpp"
#include "sweep/limit_sweep_backoff.hpp"
#include "sweep/recent_answers.hpp"
#include "sweep/report.hpp"
#include "sweep/sweep_service.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_watch.hpp"
#include "sweep/worker.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace reaper::sweep {

/// What a sweep service goes by.
struct ServiceSettings {
  Policy policy;
  std::chrono::nanoseconds interval{};
  bool automatic = true;  ///< false: nothing is removed but what is asked for
};

/// Starts sweeps and hands out what they found. Lives on the io_context's thread; the sweeps run on the worker, one
/// job at a time. A sweep waits for the job that runs, never for one that waits: see JobQueue. Equal work is joined,
/// and a job other than a sweep is dropped from the queue once nobody waits for it, so that the queue is short even if
/// the volume hangs.
class Service final : public SweepService {
 public:
  /// What the service works with.
  struct Parts {
    Sweeper& sweeper;
    Worker& worker;
    const volume::Progress& progress;
    telemetry::Log& log;
  };

  Service(boost::asio::io_context& io, Parts parts, ServiceSettings settings);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() override;

  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request) override;
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Storage>> storage() override;
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const AgeFigures>> ages() override;
  [[nodiscard]] boost::asio::awaitable<SetsAnswer> sets(SetQuery query) override;
  [[nodiscard]] boost::asio::awaitable<ChartSearch> find_chart(std::string path) override;
  [[nodiscard]] boost::asio::awaitable<void> check_root() override;
  [[nodiscard]] std::shared_ptr<const Storage> last_storage() const override { return storage_; }
  [[nodiscard]] const std::string& problem() const noexcept override { return problem_; }
  [[nodiscard]] Progress progress() const override;
  [[nodiscard]] const Totals& totals() const noexcept override { return totals_; }
  [[nodiscard]] const History& history() const noexcept override { return history_; }
  [[nodiscard]] const UsageTimeline& usage() const noexcept override { return usage_; }
  [[nodiscard]] const ServiceSettings& settings() const noexcept { return *settings_; }

  /// Takes effect with the next sweep; the timer starts anew.
  void apply(ServiceSettings settings);

  /// The automatic sweeps: one right at the start, then one `interval` after the end of the last. While the root cannot
  /// be used it is tried every few seconds instead, and swept as soon as it is back. Runs until stop().
  [[nodiscard]] boost::asio::awaitable<void> run();

  /// Follows what happens on the volume, and sweeps as soon as the charts are too many. Runs until stop().
  [[nodiscard]] boost::asio::awaitable<void> follow();

  /// Ends run() and follow(), and answers everybody who waits for a sweep that has not begun. One that has begun ends
  /// early by the worker's stop.
  void stop();

  /// Called on the io_context's thread whenever the storage figures or the problem may have changed.
  void on_change(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  JobPtr enqueue(JobPtr job);
  JobPtr order_sweep(Request request);
  JobPtr join_or_look();
  JobPtr find_question(const std::function<bool(const Questions&)>& holds) const;
  JobPtr ask(const std::function<bool(Questions&)>& add);
  [[nodiscard]] boost::asio::awaitable<bool> end_of(JobPtr job);
  [[nodiscard]] std::chrono::steady_clock::time_point new_enough() const;
  void start_next();
  void perform(Job& job, const Policy& policy);
  static void call_off(Job& job);
  void wait_on_watches();
  void land(const JobPtr& job);
  void publish(std::shared_ptr<const Storage> storage, std::string problem);
  void add_to_totals(const std::shared_ptr<const Report>& report);
  [[nodiscard]] bool is_fresh() const;
  [[nodiscard]] boost::asio::awaitable<void> pause();
  [[nodiscard]] boost::asio::awaitable<void> wait_for_change();
  [[nodiscard]] std::chrono::steady_clock::duration between_looks() const;
  void sweep_for_room(const Storage& storage);
  void note_storage(std::shared_ptr<const Storage> storage);

  boost::asio::io_context* io_;
  Parts parts_;
  std::shared_ptr<const ServiceSettings> settings_;
  JobQueue waiting_;
  JobPtr running_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer follow_timer_;
  boost::asio::steady_timer room_timer_;
  boost::asio::steady_timer first_known_;  // cancelled once something is known
  boost::asio::posix::stream_descriptor changes_;
  LimitSweepBackoff limit_sweep_backoff_;
  bool stopping_ = false;
  std::shared_ptr<const Storage> storage_;
  std::chrono::steady_clock::time_point storage_at_{};
  std::chrono::steady_clock::duration look_took_{};
  std::string problem_;
  Totals totals_;
  History history_;
  UsageTimeline usage_;
  RecentAnswers recent_;
  UsageWatch usage_watch_;
  std::function<void()> on_change_;
};

}  // namespace reaper::sweep
