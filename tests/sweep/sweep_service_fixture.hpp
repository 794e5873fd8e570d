#pragma once

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"
#include "sweep/sweep_service.hpp"
#include "sweep/sweeper.hpp"
#include "sweep/worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::test {

/// A whole sweep service on a chart directory in a temporary directory, with and without watches.
struct SweepServiceFixture : ChartRoot {
  using ReportPtr = std::shared_ptr<const sweep::Report>;
  using StoragePtr = std::shared_ptr<const sweep::Storage>;

  SweepServiceFixture() = default;
  ~SweepServiceFixture() {
    // Destroys waiting coroutines while the objects that they use still exist.
    service.stop();
    worker.request_stop();
    static_cast<void>(worker.has_ended(std::chrono::seconds(20)));
    work.reset();
    io.run_for(std::chrono::seconds(20));
  }
  SweepServiceFixture(const SweepServiceFixture&) = delete;
  SweepServiceFixture& operator=(const SweepServiceFixture&) = delete;

  void chart(const std::string& path, std::chrono::nanoseconds age) {
    dir.write_file("charts/" + path, "chart", clock.now() - age);
  }

  /// Changes some of the settings and applies them.
  template <class Change>
  void change_settings(Change change) {
    sweep::ServiceSettings settings = service.settings();
    change(settings);
    service.apply(settings);
  }

  /// Starts the automatic sweeps.
  void start() { boost::asio::co_spawn(io, service.run(), boost::asio::detached); }

  /// Starts to follow changes on the volume.
  void follow() { boost::asio::co_spawn(io, service.follow(), boost::asio::detached); }

  /// Requests a sweep; appends its report to `reports` when it ends.
  void order(sweep::Request request) {
    boost::asio::co_spawn(
        io, [this, request]() -> boost::asio::awaitable<void> { reports.push_back(co_await service.sweep(request)); },
        boost::asio::detached);
  }

  /// Requests the storage figures; appends them to `storages`.
  void ask_for_storage() {
    boost::asio::co_spawn(
        io, [this]() -> boost::asio::awaitable<void> { storages.push_back(co_await service.storage()); },
        boost::asio::detached);
  }

  /// Asks for a chart; appends the answer to `searches`.
  void look_for(const std::string& path) {
    boost::asio::co_spawn(
        io, [this, path]() -> boost::asio::awaitable<void> { searches.push_back(co_await service.find_chart(path)); },
        boost::asio::detached);
  }

  void ask_for_ages() {
    boost::asio::co_spawn(
        io, [this]() -> boost::asio::awaitable<void> { ages.push_back(co_await service.ages()); },
        boost::asio::detached);
  }

  void ask_for_sets(sweep::SetQuery query) {
    boost::asio::co_spawn(
        io, [this, query]() -> boost::asio::awaitable<void> { pages.push_back(co_await service.sets(query)); },
        boost::asio::detached);
  }

  /// Runs the io_context until the condition holds.
  void await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) REQUIRE(io.run_one_until(deadline) == 1);
  }

  /// Runs the io_context until `count` reports have arrived.
  void await_reports(std::size_t count) {
    await([&] { return reports.size() >= count; });
  }

  /// Requests the storage figures and waits for them.
  StoragePtr storage() {
    const std::size_t before = storages.size();
    ask_for_storage();
    await([&] { return storages.size() > before; });
    return storages.back();
  }

  [[nodiscard]] StoragePtr last_storage() const { return service.snapshot().storage; }
  [[nodiscard]] std::string problem() const { return service.snapshot().root.problem; }
  [[nodiscard]] sweep::Totals totals() const { return *service.snapshot().totals; }

  /// Returns the number of sweeps without an error, by trigger.
  [[nodiscard]] std::uint64_t sweeps_by(sweep::Trigger trigger) const {
    const auto sweeps = totals().sweeps;
    const auto found = sweeps.find({trigger, true});
    return found == sweeps.end() ? 0 : found->second;
  }

  /// Returns the number of jobs so far: each one begins with a check of the root.
  [[nodiscard]] unsigned jobs() const { return system.count(Call::stat_root); }

  /// Blocks the worker in its next sweep until the promise is fulfilled.
  std::promise<void> hold_worker() {
    std::promise<void> release;
    auto released = std::make_shared<std::shared_future<void>>(release.get_future());
    system.before(Call::read_entries, system.count(Call::read_entries) + 1, [released] { released->wait(); });
    return release;
  }

  live::Watching watching = GENERATE(live::Watching::poll, live::Watching::on);
  sweep::Sweeper sweeper{root, clock, log, progress, watching};
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  sweep::Worker worker;
  sweep::SweepService service{io,
                              {sweeper, worker, progress, log, clock},
                              {.policy = {.limits = {.max_age = std::chrono::hours(24),
                                                     .max_size_bytes = 1000,
                                                     .min_age = std::chrono::seconds(60)},
                                          .patterns = base::GlobList({"*.png"}),
                                          .automatic = true},
                               .interval = std::chrono::hours(1)}};
  std::vector<ReportPtr> reports;
  std::vector<StoragePtr> storages;
  std::vector<sweep::ChartSearch> searches;
  std::vector<std::shared_ptr<const sweep::AgeFigures>> ages;
  std::vector<sweep::SetsAnswer> pages;
};

/// Returns the request of a POST.
inline sweep::Request post() { return {.trigger = sweep::Trigger::request, .set = {}, .asked_by = {}}; }

}  // namespace reaper::test
