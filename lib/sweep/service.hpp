#pragma once

#include "sweep/report.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/worker.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

namespace reaper::sweep {

/// What a sweep service goes by.
struct ServiceSettings {
  Policy policy;
  std::chrono::nanoseconds interval{};
  bool automatic = true;  ///< false: only what is asked for
};

/// Sums over all sweeps since the start, for the metrics.
struct Totals {
  std::array<ReasonTotals, retention::k_reasons.size()> removed{};
  std::map<std::string_view, std::uint64_t> skipped;
  std::map<std::string, std::uint64_t> errors_by_operation;
  std::map<std::pair<Trigger, bool>, std::uint64_t> sweeps;  ///< by trigger and whether it went without an error
  std::uint64_t directories_removed = 0;
  std::chrono::nanoseconds time_sweeping{};
  std::shared_ptr<const Report> last;  ///< the last sweep that was carried out; null before the first
};

/// Starts sweeps and hands out what they found. Lives on the io_context's thread; the sweeps run on the worker.
class Service {
 public:
  Service(boost::asio::io_context& io, Sweeper& sweeper, Worker& worker, telemetry::Log& log,
          ServiceSettings settings);

  /// Runs a sweep and returns its report. Equal requests that wait at the same time share one sweep: however many ask,
  /// one runs, one waits, and everybody gets the report of a sweep that began after they asked.
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request);

  /// What is on the volume, at most about a second old. While the worker is occupied it is what was last known, so that
  /// this never waits for a long sweep. Null before the first look, or while the root cannot be used.
  [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const Storage>> storage();

  /// What was last known, without looking.
  [[nodiscard]] std::shared_ptr<const Storage> last_storage() const { return storage_; }

  /// Why the root cannot be used at the moment; empty if it can.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
  [[nodiscard]] const ServiceSettings& settings() const noexcept { return *settings_; }

  /// Takes effect with the next sweep; the timer starts anew.
  void apply(ServiceSettings settings);

  /// The automatic sweeps: one right at the start, then one `interval` after the end of the last. Runs until stop().
  [[nodiscard]] boost::asio::awaitable<void> run();

  /// Ends run(). Sweeps that are under way end early by the worker's stop.
  void stop();

  /// Called on the io_context's thread whenever the storage figures or the problem have changed.
  void on_change(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  struct Flight;

  std::shared_ptr<Flight> enqueue(Request request);
  void start_next();
  void land(const std::shared_ptr<Flight>& flight, Report report);
  void publish(std::shared_ptr<const Storage> storage, const std::string& problem);

  boost::asio::io_context* io_;
  Sweeper* sweeper_;
  Worker* worker_;
  telemetry::Log* log_;
  std::shared_ptr<const ServiceSettings> settings_;
  std::deque<std::shared_ptr<Flight>> waiting_;
  std::shared_ptr<Flight> running_;
  boost::asio::steady_timer timer_;
  bool stopping_ = false;
  std::shared_ptr<const Storage> storage_;
  std::string problem_;
  Totals totals_;
  std::function<void()> on_change_;
};

}  // namespace reaper::sweep
