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

/// A whole sweep service over a chart directory of the test's own, with and without watches.
struct SweepServiceFixture : ChartRoot {
  using ReportPtr = std::shared_ptr<const sweep::Report>;
  using StoragePtr = std::shared_ptr<const sweep::Storage>;

  SweepServiceFixture() = default;
  ~SweepServiceFixture() {
    // Coroutines that still wait are destroyed while what they use is there.
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

  /// Applies the settings with some of them changed.
  template <class Change>
  void change_settings(Change change) {
    sweep::ServiceSettings settings = service.settings();
    change(settings);
    service.apply(settings);
  }

  /// Starts the automatic sweeps.
  void start() { boost::asio::co_spawn(io, service.run(), boost::asio::detached); }

  /// Starts to follow the changes on the volume.
  void follow() { boost::asio::co_spawn(io, service.follow(), boost::asio::detached); }

  /// Orders a sweep; its report is in `reports` when it has ended.
  void order(sweep::Request request) {
    boost::asio::co_spawn(
        io, [this, request]() -> boost::asio::awaitable<void> { reports.push_back(co_await service.sweep(request)); },
        boost::asio::detached);
  }

  /// Asks for the storage figures; they are in `storages` when they are there.
  void ask_for_storage() {
    boost::asio::co_spawn(
        io, [this]() -> boost::asio::awaitable<void> { storages.push_back(co_await service.storage()); },
        boost::asio::detached);
  }

  /// Asks for a chart; the answer is in `searches` when it is there.
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

  /// Runs the io_context until this many reports are there.
  void await_reports(std::size_t count) {
    await([&] { return reports.size() >= count; });
  }

  /// Asks for the storage figures and waits for them.
  StoragePtr storage() {
    const std::size_t before = storages.size();
    ask_for_storage();
    await([&] { return storages.size() > before; });
    return storages.back();
  }

  [[nodiscard]] StoragePtr last_storage() const { return service.snapshot().storage; }
  [[nodiscard]] std::string problem() const { return service.snapshot().root.problem; }
  [[nodiscard]] sweep::Totals totals() const { return *service.snapshot().totals; }

  /// The number of sweeps without an error, by what started them.
  [[nodiscard]] std::uint64_t sweeps_by(sweep::Trigger trigger) const {
    const auto sweeps = totals().sweeps;
    const auto found = sweeps.find({trigger, true});
    return found == sweeps.end() ? 0 : found->second;
  }

  /// The number of jobs so far: each begins with a check of the root.
  [[nodiscard]] unsigned jobs() const { return system.count(Call::stat_root); }

  /// Keeps the worker inside its next sweep until the promise is fulfilled.
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
  sweep::SweepService service{
      io,
      {sweeper, worker, progress, log, clock},
      {.policy = {{.max_age = std::chrono::hours(24), .max_size_bytes = 1000, .min_age = std::chrono::seconds(60)},
                  base::GlobList({"*.png"})},
       .interval = std::chrono::hours(1),
       .automatic = true}};
  std::vector<ReportPtr> reports;
  std::vector<StoragePtr> storages;
  std::vector<sweep::ChartSearch> searches;
  std::vector<std::shared_ptr<const sweep::AgeFigures>> ages;
  std::vector<sweep::SetsAnswer> pages;
};

/// The order of a POST.
inline sweep::Request post() { return {.trigger = sweep::Trigger::request, .set = {}, .asked_by = {}}; }

}  // namespace reaper::test
