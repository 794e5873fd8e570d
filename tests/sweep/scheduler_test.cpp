#include "sweep/scheduler.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

using reaper::sweep::ChangeFollower;
using reaper::sweep::JobQueue;
using reaper::sweep::ReadModel;
using reaper::sweep::Report;
using reaper::sweep::Scheduler;
using reaper::sweep::ServiceSettings;
using reaper::sweep::Storage;
using reaper::sweep::StorageUpdater;
using reaper::sweep::SweepJob;
using reaper::sweep::Trigger;
using reaper::test::post;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;

namespace {

/// A scheduler whose jobs only start: nothing runs the io_context.
struct SchedulerFixture : reaper::test::ChartRoot {
  SchedulerFixture() {
    const auto settings = settings_with(true);
    jobs.use(settings->policy);
    updater.apply(settings);
    follower.apply(settings);
    scheduler.apply(settings);
  }
  ~SchedulerFixture() {
    jobs.stop();
    worker.request_stop();
    static_cast<void>(worker.has_ended(20s));
  }
  SchedulerFixture(const SchedulerFixture&) = delete;
  SchedulerFixture& operator=(const SchedulerFixture&) = delete;

  static std::shared_ptr<const ServiceSettings> settings_with(bool automatic) {
    return std::make_shared<const ServiceSettings>(
        ServiceSettings{.policy = {.limits = {}, .patterns = reaper::base::GlobList({"*.png"}), .automatic = automatic},
                        .interval = 5s});
  }

  /// Returns figures that need a sweep.
  static std::shared_ptr<const Storage> full() {
    auto storage = std::make_shared<Storage>();
    storage->as_of = reaper::base::FileTime(1h);
    storage->next_removal = storage->as_of;
    return storage;
  }

  /// Returns the report of a sweep that freed nothing.
  static Report fruitless() {
    Report report;
    report.storage = full();
    return report;
  }

  reaper::sweep::Sweeper sweeper{root, clock, log, progress, reaper::live::Watching::poll};
  boost::asio::io_context io;
  reaper::sweep::Worker worker;
  JobQueue jobs{io.get_executor(), {sweeper, worker, log}, [](const reaper::sweep::Job&) {}};
  ReadModel model{io.get_executor(), clock};
  StorageUpdater updater{jobs, model};
  ChangeFollower follower{io.get_executor(), {sweeper, jobs, model, updater}};
  Scheduler scheduler{io.get_executor(), {jobs, model, updater, follower}};
  const Scheduler::Clock::time_point now = Scheduler::Clock::now() + 1h;  // so the timer never fires in the test
};

}  // namespace

TEST_CASE_METHOD(SchedulerFixture, "figures above the limit request a sweep at once") {
  scheduler.note_storage(*full(), now);
  REQUIRE(jobs.running());
  CHECK(std::get<SweepJob>(jobs.running()->work).request.trigger == Trigger::limit);
}

TEST_CASE_METHOD(SchedulerFixture,
                 "after a sweep that did not help, figures above the limit request none for a while") {
  scheduler.note_report(fruitless(), now);
  const auto wait = GENERATE(0, 1);
  if (wait == 1) scheduler.note_report(fruitless(), now);
  const auto delay = wait == 0 ? 1s : 2s;
  scheduler.note_storage(*full(), now);
  scheduler.note_storage(*full(), now + delay - 1ns);
  CHECK_FALSE(jobs.running());
  SECTION("until the delay has passed") { scheduler.note_storage(*full(), now + delay); }
  SECTION("until the settings change") {
    scheduler.apply(settings_with(true));
    scheduler.note_storage(*full(), now);
  }
  CHECK(jobs.running());
}

TEST_CASE_METHOD(SchedulerFixture, "figures request a limit sweep only with a reason") {
  Storage storage = *full();
  SECTION("there is enough room") { storage.next_removal.reset(); }
  SECTION("the room is too small only later") { *storage.next_removal += 1ns; }
  SECTION("cleanup only runs on request") { scheduler.apply(settings_with(false)); }
  SECTION("another reaper is active") { model.note_root({.role = reaper::volume::Role::standby}); }
  SECTION("the program is stopping") { scheduler.stop(); }
  scheduler.note_storage(storage, now);
  CHECK_FALSE((jobs.running() && jobs.running()->is<SweepJob>()));
}

TEST_CASE_METHOD(SweepServiceFixture, "automatic sweeps begin at the start") {
  chart("A_1d/x.png", 99h);
  start();
  await([&] { return totals().last != nullptr; });
  CHECK(totals().last->request.trigger == Trigger::start);
  CHECK(totals().last->files_removed == 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "the timer starts one sweep after another") {
  change_settings([](ServiceSettings& settings) { settings.interval = 1ms; });
  start();
  await([&] { return sweeps_by(Trigger::timer) >= 2; });
}

TEST_CASE_METHOD(SweepServiceFixture, "the timer works although the wall clock goes back a year") {
  change_settings([](ServiceSettings& settings) { settings.interval = 1ms; });
  start();
  await([&] { return sweeps_by(Trigger::timer) != 0; });
  clock.jump(-8766h);
  const auto before = sweeps_by(Trigger::timer);
  await([&] { return sweeps_by(Trigger::timer) >= before + 2; });
}

TEST_CASE_METHOD(SweepServiceFixture, "without automatic cleanup charts are only removed on request") {
  chart("A_1d/x.png", 99h);
  change_settings([](ServiceSettings& settings) {
    settings.policy.automatic = false;
    settings.interval = 1ms;
  });
  start();
  await([&] { return last_storage() != nullptr; });
  CHECK(last_storage()->files == 1);
  CHECK_FALSE(totals().last);
  order(post());
  await_reports(1);
  CHECK(reports[0]->files_removed == 1);
}

TEST_CASE_METHOD(SweepServiceFixture, "a standby starts no sweep until the active reaper ends") {
  reaper::volume::Root other(system, root.path());
  REQUIRE(other.check().has_value());
  REQUIRE(other.take_lock() == reaper::volume::Role::active);
  chart("A_1d/x.png", 99h);
  service.know_root(sweeper.check_root(service.settings().policy));
  change_settings([](ServiceSettings& settings) { settings.interval = 1ms; });
  start();
  follow();
  await([&] { return last_storage() != nullptr; });
  dir.write_file("charts/A_1d/large.png", std::string(3000, 'x'), clock.now() - 1h);
  await([&] { return last_storage()->files == 2; });
  CHECK(last_storage()->next_removal.has_value());
  CHECK(totals().sweeps.empty());
  CHECK(service.snapshot().root.role == reaper::volume::Role::standby);
  SECTION("a request is carried out") {
    order(post());
    await_reports(1);
    CHECK(reports[0]->files_removed == 2);
  }
  SECTION("it takes over") {
    other.release_lock();
    await([&] { return !dir.has("charts/A_1d/x.png") && !dir.has("charts/A_1d/large.png"); });
    await([&] { return service.snapshot().root.role == reaper::volume::Role::active; });
  }
}

TEST_CASE_METHOD(SchedulerFixture,
                 "the first interval is shorter, so that reapers that start together fall out of step") {
  // Not at the end of the first interval of 5 s, but at 5 ms.
  Scheduler early{io.get_executor(), {jobs, model, updater, follower, 0.999}};
  early.apply(settings_with(false));
  boost::asio::co_spawn(io, early.run(), boost::asio::detached);
  const auto began = Scheduler::Clock::now();
  const auto looks = [&] { return system.count(reaper::test::Call::stat_root); };
  const unsigned before = looks();
  while (looks() < before + 2) REQUIRE(io.run_one_until(began + 60s) == 1);
  CHECK(Scheduler::Clock::now() - began < 5s);
  early.stop();
  io.run_for(60s);  // ends the coroutine
}

TEST_CASE_METHOD(SweepServiceFixture, "crossing the limit starts a sweep at once, not at the next interval") {
  start();
  follow();
  // The figures are known before the first sweep ends, and that sweep would remove charts that arrive during it.
  await([&] { return totals().last != nullptr; });
  for (int i = 0; i < 4; ++i)
    dir.write_file("charts/A_1d/" + std::to_string(i) + ".png", std::string(300, 'x'),
                   clock.now() - std::chrono::hours(i + 1));
  await([&] { return sweeps_by(Trigger::limit) != 0; });
  await([&] { return last_storage()->bytes <= 1000; });
  CHECK(last_storage()->files == 3);
  CHECK_FALSE(dir.has("charts/A_1d/3.png"));
  CHECK(sweeps_by(Trigger::timer) == 0);
}

TEST_CASE_METHOD(SweepServiceFixture, "without automatic cleanup crossing the limit starts nothing") {
  change_settings([](ServiceSettings& settings) { settings.policy.automatic = false; });
  start();
  follow();
  await([&] { return last_storage() != nullptr; });
  dir.write_file("charts/A_1d/x.png", std::string(3000, 'x'), clock.now() - 1h);
  await([&] { return last_storage()->bytes != 0; });
  CHECK(totals().sweeps.empty());
  CHECK(dir.has("charts/A_1d/x.png"));
}

TEST_CASE_METHOD(SweepServiceFixture, "a lower limit takes effect at once") {
  chart("A_1d/x.png", 1h);
  start();
  follow();
  await([&] { return totals().last != nullptr; });
  change_settings([](ServiceSettings& settings) { settings.policy.limits.max_size_bytes = 1; });
  await([&] { return !dir.has("charts/A_1d/x.png"); });
}

TEST_CASE_METHOD(SweepServiceFixture, "while the oldest chart is in use, it is tried again only after a delay") {
  start();
  follow();
  await([&] { return totals().last != nullptr; });
  const auto began = std::chrono::steady_clock::now();
  const std::string path = dir.write_file("charts/A_1d/x.png", std::string(3000, 'x'), clock.now() - 1h);
  const reaper::base::FileDescriptor reader(::open(path.c_str(), O_RDONLY));
  REQUIRE(::flock(reader.get(), LOCK_SH) == 0);
  await([&] { return sweeps_by(Trigger::limit) >= 2; });
  CHECK(std::chrono::steady_clock::now() - began >= 1s);
  CHECK(totals().last->skipped.at("busy") == 1);
  CHECK(totals().skipped.at("busy") == 1);
  CHECK(dir.has("charts/A_1d/x.png"));
}

TEST_CASE_METHOD(SweepServiceFixture, "after the pause charts are tried again for free space without another trigger") {
  constexpr std::uint64_t k_block = 4096;
  for (int i = 0; i < 20; ++i) chart("A_1d/" + std::to_string(i) + ".png", 1h);
  system.pretend_space(1000 * k_block, 15 * k_block);
  start();
  follow();
  const auto gone = [this] {
    return totals().removed[static_cast<std::size_t>(reaper::retention::Reason::disk_pressure)].files;
  };
  await([&] { return gone() >= 4; });
  clock.advance(1min - 50ms);
  service.apply(service.settings());  // expires the known figures
  CHECK(storage()->no_gain_until == clock.now() + 50ms);
  clock.advance(50ms);
  await([&] { return gone() >= 8; });
  CHECK(gone() == 8);
}
