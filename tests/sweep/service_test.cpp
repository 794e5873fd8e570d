#include "sweep/sweep_service.hpp"

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using reaper::sweep::ChartSearch;
using reaper::sweep::DryRun;
using reaper::sweep::Outcome;
using reaper::sweep::Report;
using reaper::sweep::Request;
using reaper::sweep::Scope;
using reaper::sweep::SetQuery;
using reaper::sweep::SetsAnswer;
using reaper::sweep::Storage;
using reaper::sweep::SweepService;
using reaper::sweep::Trigger;
using reaper::sweep::Watching;
using reaper::test::Call;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

using ReportPtr = std::shared_ptr<const Report>;

struct ServiceFixture : reaper::test::ChartRoot {
  ServiceFixture() = default;
  ~ServiceFixture() {
    // Coroutines that still wait are destroyed while what they use is there.
    service.stop();
    worker.request_stop();
    static_cast<void>(worker.has_ended(20s));
    work.reset();
    io.run_for(20s);
  }
  ServiceFixture(const ServiceFixture&) = delete;
  ServiceFixture& operator=(const ServiceFixture&) = delete;

  void chart(const std::string& path, std::chrono::nanoseconds age) {
    dir.write_file("charts/" + path, "chart", clock.now() - age);
  }

  /// Orders a sweep; its report is in `reports` when it has ended.
  void order(Request request) {
    asio::co_spawn(
        io, [this, request]() -> asio::awaitable<void> { reports.push_back(co_await service.sweep(request)); },
        asio::detached);
  }

  /// Runs the io_context until so many reports are there.
  void await_reports(std::size_t count) {
    while (reports.size() < count) REQUIRE(io.run_one_for(20s) == 1);
  }

  std::shared_ptr<const Storage> storage() {
    std::optional<std::shared_ptr<const Storage>> found;
    asio::co_spawn(
        io, [&]() -> asio::awaitable<void> { found = co_await service.storage(); }, asio::detached);
    while (!found) REQUIRE(io.run_one_for(20s) == 1);
    return *found;
  }

  /// Asks for a chart; the answer is in `searches` when it is there.
  void look_for(const std::string& path) {
    asio::co_spawn(
        io, [this, path]() -> asio::awaitable<void> { searches.push_back(co_await service.find_chart(path)); },
        asio::detached);
  }

  void ask_for_ages() {
    asio::co_spawn(
        io, [this]() -> asio::awaitable<void> { ages.push_back(co_await service.ages()); }, asio::detached);
  }

  void ask_for_sets(SetQuery query) {
    asio::co_spawn(
        io, [this, query]() -> asio::awaitable<void> { pages.push_back(co_await service.sets(query)); },
        asio::detached);
  }

  void await(const std::function<bool()>& condition) {
    while (!condition()) REQUIRE(io.run_one_for(20s) == 1);
  }

  /// How often the root was checked, as each job begins with it.
  [[nodiscard]] unsigned jobs() const { return system.count(Call::stat_root); }

  /// Keeps the worker inside its next sweep until the promise is fulfilled.
  std::promise<void> hold_worker() {
    std::promise<void> release;
    auto released = std::make_shared<std::shared_future<void>>(release.get_future());
    system.before(Call::read_entries, system.count(Call::read_entries) + 1, [released] { released->wait(); });
    return release;
  }

  Watching watching = GENERATE(Watching::poll, Watching::on);
  reaper::sweep::Sweeper sweeper{root, clock, log, progress, watching};
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  reaper::sweep::Worker worker;
  SweepService service{
      io,
      {sweeper, worker, progress, log},
      {.policy = {{.max_age = 24h, .max_size_bytes = 1000, .min_age = 60s}, reaper::base::GlobList({"*.png"})},
       .interval = 1h,
       .automatic = true}};
  std::vector<ReportPtr> reports;
  std::vector<ChartSearch> searches;
  std::vector<std::shared_ptr<const reaper::sweep::AgeFigures>> ages;
  std::vector<SetsAnswer> pages;
};

Request post() { return {.trigger = Trigger::request, .set = {}, .asked_by = {}}; }

}  // namespace

TEST_CASE_METHOD(ServiceFixture, "a hundred requests at once share two sweeps, and everybody is answered") {
  for (int i = 0; i < 100; ++i) order(post());
  await_reports(100);
  CHECK(service.totals().sweeps.at({Trigger::request, true}) <= 2);
}

TEST_CASE_METHOD(ServiceFixture, "a request never gets the report of a sweep that began before it") {
  auto release = hold_worker();
  order(post());
  io.poll();
  chart("A_1d/late.png", 99h);
  order(post());
  order(post());
  io.poll();
  release.set_value();
  await_reports(3);
  CHECK(reports[0] != reports[1]);
  CHECK(reports[1] == reports[2]);
}

TEST_CASE_METHOD(ServiceFixture, "requests for different things do not share") {
  auto release = hold_worker();
  order(post());
  io.poll();
  chart("A_1d/x.png", 1h);
  order({.trigger = Trigger::request, .dry_run = DryRun::yes, .set = {}, .asked_by = {}});
  order({.trigger = Trigger::request, .scope = Scope::set, .set = "A_1d", .asked_by = {}});
  order({.trigger = Trigger::request, .scope = Scope::set, .set = "B_1d", .asked_by = {}});
  io.poll();
  release.set_value();
  await_reports(4);
  CHECK(reports[2]->files_removed == 1);
  CHECK_FALSE(reports[3]->found);
  // A dry run is no sweep.
  CHECK(service.totals().sweeps.at({Trigger::request, true}) == 3);
}

TEST_CASE_METHOD(ServiceFixture, "the figures are those of the volume, without a sweep") {
  chart("A_1d/x.png", 1h);
  CHECK(storage()->files == 1);
}

TEST_CASE_METHOD(ServiceFixture, "asking for the figures does not wait for a sweep") {
  chart("A_1d/x.png", 1h);
  REQUIRE(storage()->files == 1);
  auto release = hold_worker();
  order(post());
  io.poll();
  service.apply(service.settings());  // what is known is no longer fresh
  CHECK(storage()->files == 1);
  CHECK(reports.empty());
  release.set_value();
  await_reports(1);
}

TEST_CASE_METHOD(ServiceFixture, "the first to ask for the figures waits for the sweep that is running") {
  chart("A_1d/x.png", 1h);
  auto release = hold_worker();
  order(post());
  io.poll();
  release.set_value();
  REQUIRE(storage());
  CHECK(storage()->files == 1);
}

TEST_CASE_METHOD(ServiceFixture, "automatic sweeps begin right at the start") {
  chart("A_1d/x.png", 99h);
  asio::co_spawn(io, service.run(), asio::detached);
  while (!service.totals().last) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(service.totals().last->request.trigger == Trigger::start);
  CHECK(service.totals().last->files_removed == 1);
}

TEST_CASE_METHOD(ServiceFixture, "the timer starts one sweep after the other") {
  auto settings = service.settings();
  settings.interval = 1ms;
  service.apply(settings);
  asio::co_spawn(io, service.run(), asio::detached);
  while (service.totals().sweeps.count({Trigger::timer, true}) == 0 ||
         service.totals().sweeps.at({Trigger::timer, true}) < 2)
    REQUIRE(io.run_one_for(20s) == 1);
}

TEST_CASE_METHOD(ServiceFixture, "the timer does not mind a wall clock that goes back a year") {
  auto settings = service.settings();
  settings.interval = 1ms;
  service.apply(settings);
  asio::co_spawn(io, service.run(), asio::detached);
  const auto timer_sweeps = [this] {
    const auto& sweeps = service.totals().sweeps;
    const auto found = sweeps.find({Trigger::timer, true});
    return found == sweeps.end() ? 0 : found->second;
  };
  while (timer_sweeps() == 0) REQUIRE(io.run_one_for(20s) == 1);
  clock.jump(-8766h);
  const auto before = timer_sweeps();
  while (timer_sweeps() < before + 2) REQUIRE(io.run_one_for(20s) == 1);
}

TEST_CASE_METHOD(ServiceFixture, "without automatic cleanup nothing is removed but what is asked for") {
  chart("A_1d/x.png", 99h);
  auto settings = service.settings();
  settings.automatic = false;
  settings.interval = 1ms;
  service.apply(settings);
  asio::co_spawn(io, service.run(), asio::detached);
  while (!service.last_storage()) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(service.last_storage()->files == 1);
  CHECK_FALSE(service.totals().last);
  order(post());
  await_reports(1);
  CHECK(reports[0]->files_removed == 1);
}

TEST_CASE_METHOD(ServiceFixture, "a missing root is a problem until it is back") {
  REQUIRE(storage());
  fs::rename(dir.path("charts"), dir.path("away"));
  order(post());
  await_reports(1);
  CHECK_FALSE(service.problem().empty());
  CHECK_FALSE(service.last_storage());
  fs::rename(dir.path("away"), dir.path("charts"));
  bool checked = false;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        co_await service.check_root();
        checked = true;
      },
      asio::detached);
  while (!checked) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(service.problem().empty());
}

TEST_CASE_METHOD(ServiceFixture, "a stop answers those who wait, without a sweep of their own") {
  auto release = hold_worker();
  order(post());
  io.poll();
  order(post());
  io.poll();
  service.stop();
  worker.request_stop();
  release.set_value();
  await_reports(2);
  CHECK(reports[0]->stopped);
  CHECK(reports[1]->stopped);
  order(post());
  await_reports(3);
  CHECK(reports[2]->stopped);
}

TEST_CASE_METHOD(ServiceFixture, "crossing the limit starts a sweep at once, not at the next tick") {
  asio::co_spawn(io, service.run(), asio::detached);
  asio::co_spawn(io, service.follow(), asio::detached);
  while (!service.last_storage()) REQUIRE(io.run_one_for(20s) == 1);
  for (int i = 0; i < 4; ++i)
    dir.write_file("charts/A_1d/" + std::to_string(i) + ".png", std::string(300, 'x'),
                   clock.now() - std::chrono::hours(i + 1));
  const auto limit_sweeps = [this] {
    const auto found = service.totals().sweeps.find({Trigger::limit, true});
    return found == service.totals().sweeps.end() ? 0 : found->second;
  };
  while (limit_sweeps() == 0) REQUIRE(io.run_one_for(20s) == 1);
  while (service.last_storage()->bytes > 1000) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(service.last_storage()->files == 3);
  CHECK_FALSE(dir.has("charts/A_1d/3.png"));
  CHECK(service.totals().sweeps.count({Trigger::timer, true}) == 0);
}

TEST_CASE_METHOD(ServiceFixture, "without automatic cleanup crossing the limit starts nothing") {
  auto settings = service.settings();
  settings.automatic = false;
  service.apply(settings);
  asio::co_spawn(io, service.run(), asio::detached);
  asio::co_spawn(io, service.follow(), asio::detached);
  while (!service.last_storage()) REQUIRE(io.run_one_for(20s) == 1);
  dir.write_file("charts/A_1d/x.png", std::string(3000, 'x'), clock.now() - 1h);
  while (service.last_storage()->bytes == 0) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(service.totals().sweeps.empty());
  CHECK(dir.has("charts/A_1d/x.png"));
}

TEST_CASE_METHOD(ServiceFixture, "a lower limit takes effect at once") {
  chart("A_1d/x.png", 1h);
  asio::co_spawn(io, service.run(), asio::detached);
  asio::co_spawn(io, service.follow(), asio::detached);
  while (!service.totals().last) REQUIRE(io.run_one_for(20s) == 1);
  auto settings = service.settings();
  settings.policy.limits.max_size_bytes = 1;
  service.apply(settings);
  while (dir.has("charts/A_1d/x.png")) REQUIRE(io.run_one_for(20s) == 1);
}

TEST_CASE_METHOD(ServiceFixture, "while the oldest chart is in use, it is tried again ever more seldom") {
  asio::co_spawn(io, service.run(), asio::detached);
  asio::co_spawn(io, service.follow(), asio::detached);
  while (!service.last_storage()) REQUIRE(io.run_one_for(20s) == 1);
  const std::string path = dir.write_file("charts/A_1d/x.png", std::string(3000, 'x'), clock.now() - 1h);
  const reaper::base::FileDescriptor reader(::open(path.c_str(), O_RDONLY));
  REQUIRE(::flock(reader.get(), LOCK_SH) == 0);
  const auto tries = [this] {
    const auto found = service.totals().skipped.find("busy");
    return found == service.totals().skipped.end() ? 0 : found->second;
  };
  while (tries() == 0) REQUIRE(io.run_one_for(20s) == 1);
  // Half a second of events and looks brings no further try: the first pause is a second.
  const auto began = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - began < 500ms) {
    static_cast<void>(storage());
    CHECK(tries() <= 2);
  }
  CHECK(dir.has("charts/A_1d/x.png"));
}

TEST_CASE_METHOD(ServiceFixture,
                 "charts are tried again for free space once the pause is over, without another cause") {
  constexpr std::uint64_t k_block = 4096;
  for (int i = 0; i < 20; ++i) chart("A_1d/" + std::to_string(i) + ".png", 1h);
  system.pretend_space(1000 * k_block, 15 * k_block);
  asio::co_spawn(io, service.run(), asio::detached);
  asio::co_spawn(io, service.follow(), asio::detached);
  const auto gone = [this] {
    return service.totals().removed[static_cast<std::size_t>(reaper::retention::Reason::disk_pressure)].files;
  };
  while (gone() < 4) REQUIRE(io.run_one_for(20s) == 1);
  clock.advance(1min - 50ms);
  service.apply(service.settings());  // what is known is no longer fresh
  CHECK(storage()->no_gain_until == clock.now() + 50ms);
  clock.advance(50ms);
  while (gone() < 8) REQUIRE(io.run_one_for(20s) == 1);
  CHECK(gone() == 8);
}

TEST_CASE_METHOD(ServiceFixture, "however many ask about charts, one job answers all that wait") {
  chart("A_1d/x.png", 1h);
  auto release = hold_worker();
  order(post());
  io.poll();
  for (int i = 0; i < 50; ++i) {
    look_for("A_1d/" + std::string(i % 2 == 0 ? "x" : "y") + ".png");
    ask_for_ages();
    ask_for_sets({.limit = 10});
  }
  io.poll();
  CHECK(searches.empty());
  release.set_value();
  await([&] { return searches.size() + ages.size() + pages.size() == 150; });
  CHECK(jobs() == 2);  // the sweep, and one more
  CHECK(std::ranges::all_of(searches, [](const ChartSearch& search) { return search.outcome == Outcome::answered; }));
  CHECK(std::ranges::count_if(searches, [](const ChartSearch& search) { return search.chart.has_value(); }) == 25);
  CHECK(std::ranges::all_of(ages, [](const auto& found) { return found && found->steps[1].files == 1; }));
  CHECK(std::ranges::all_of(pages, [](const SetsAnswer& answer) { return answer.page && answer.page->total == 1; }));
}

TEST_CASE_METHOD(ServiceFixture, "a sweep that was asked for goes before questions that came earlier") {
  auto release = hold_worker();
  order(post());
  io.poll();
  look_for("A_1d/x.png");
  ask_for_ages();
  order(post());
  io.poll();
  release.set_value();
  await([&] { return searches.size() + ages.size() > 0; });
  CHECK(reports.size() == 2);
}

TEST_CASE_METHOD(ServiceFixture,
                 "questions are answered no later than patience lasts, and then not worked on any more") {
  auto release = hold_worker();
  order(post());
  io.poll();
  look_for("A_1d/x.png");
  ask_for_ages();
  ask_for_sets({});
  await([&] { return searches.size() + ages.size() + pages.size() == 3; });
  CHECK(searches[0].outcome == Outcome::not_now);
  CHECK_FALSE(ages[0]);
  CHECK(pages[0].outcome == Outcome::not_now);
  release.set_value();
  await_reports(1);
  look_for("A_1d/x.png");
  await([&] { return searches.size() == 2; });
  CHECK(jobs() == 2);  // the sweep, and one more
}

TEST_CASE_METHOD(ServiceFixture,
                 "only so many different questions and removals wait, and one more is turned away at once") {
  auto release = hold_worker();
  order(post());
  io.poll();
  for (int i = 0; i < 300; ++i) look_for(std::to_string(i) + "/x.png");
  io.poll();
  CHECK(searches.size() == 300 - 256);
  for (std::size_t i = 0; i < 20; ++i) ask_for_sets({.limit = i + 1});
  io.poll();
  CHECK(pages.size() == 20 - 16);
  for (int i = 0; i < 70; ++i)
    order({.trigger = Trigger::request, .scope = Scope::set, .set = std::to_string(i) + "_1d", .asked_by = {}});
  io.poll();
  CHECK(reports == std::vector<ReportPtr>(70 - 64));
  CHECK(std::ranges::all_of(searches, [](const ChartSearch& search) { return search.outcome == Outcome::too_many; }));
  CHECK(std::ranges::all_of(pages, [](const SetsAnswer& answer) { return answer.outcome == Outcome::too_many; }));
  // The timer's own sweep is not turned away.
  order({.trigger = Trigger::timer, .set = {}, .asked_by = {}});
  io.poll();
  CHECK(reports.size() == 70 - 64);
  release.set_value();
  await_reports(1 + 70 + 1);
}

TEST_CASE_METHOD(ServiceFixture, "who asks about charts does not keep the statistics old") {
  REQUIRE(storage()->files == 0);
  chart("A_1d/x.png", 1h);
  look_for("A_1d/x.png");
  await([&] { return !searches.empty(); });
  CHECK(searches[0].chart);
  CHECK(service.last_storage()->files == 1);
}

TEST_CASE_METHOD(ServiceFixture, "while a sweep is under way the last figures are given out at once") {
  chart("A_1d/x.png", 1h);
  ask_for_ages();
  ask_for_sets({});
  await([&] { return ages.size() + pages.size() == 2; });
  system.heal();
  auto release = hold_worker();
  fs::create_directory(dir.path("charts/NEW_1d"));
  service.apply(service.settings());
  order({.trigger = Trigger::request, .scope = Scope::everything, .set = {}, .asked_by = {}});
  io.poll();
  ask_for_ages();
  ask_for_sets({});
  io.poll();
  REQUIRE(ages.size() + pages.size() == 4);
  CHECK(ages[1]->steps[1].files == 1);
  CHECK(pages[1].page->total == 1);
  release.set_value();
  await_reports(1);
}
