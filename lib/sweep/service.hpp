#pragma once

#include "sweep/report.hpp"
#include "sweep/room.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/sweeps.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_watch.hpp"
#include "sweep/worker.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
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
/// piece of work at a time, in the order in which it was asked for.
class Service final : public Sweeps {
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
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const ChartFigures>> figures() override;
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
  enum class Work { sweep, look, check, examine };
  struct Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  FlightPtr enqueue(Work work, Request request = {});
  FlightPtr join_or_look();
  void start_next();
  void perform(Flight& flight, const Policy& policy);
  static void call_off(Flight& flight);
  void wait_on_watches();
  void land(const FlightPtr& flight);
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
  std::deque<FlightPtr> waiting_;
  FlightPtr running_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer follow_timer_;
  boost::asio::steady_timer room_timer_;
  boost::asio::steady_timer first_known_;  // cancelled once something is known
  boost::asio::posix::stream_descriptor changes_;
  RoomPause room_pause_;
  bool stopping_ = false;
  std::shared_ptr<const Storage> storage_;
  std::chrono::steady_clock::time_point storage_at_{};
  std::chrono::steady_clock::duration look_took_{};
  std::string problem_;
  Totals totals_;
  History history_;
  UsageTimeline usage_;
  std::shared_ptr<const ChartFigures> figures_;
  std::chrono::steady_clock::time_point figures_at_{};
  boost::asio::steady_timer figures_timer_;  // forgets them once nobody asks any more
  UsageWatch usage_watch_;
  std::function<void()> on_change_;
};

}  // namespace reaper::sweep
