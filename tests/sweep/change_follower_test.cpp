#include "sweep/change_follower.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <chrono>

using reaper::sweep::ServiceSettings;
using reaper::test::SweepServiceFixture;
using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST_CASE_METHOD(SweepServiceFixture, "changes on the volume are in the figures without a request") {
  change_settings([](ServiceSettings& settings) { settings.policy.automatic = false; });
  follow();
  await([&] { return last_storage() != nullptr; });
  CHECK(last_storage()->files == 0);
  chart("A_1d/x.png", 1h);
  await([&] { return last_storage()->files == 1; });
  CHECK(totals().sweeps.empty());
}

TEST_CASE_METHOD(SweepServiceFixture, "a stop ends the wait for changes") {
  bool has_ended = false;
  const auto run = [&]() -> asio::awaitable<void> {
    co_await service.follow();
    has_ended = true;
  };
  asio::co_spawn(io, run, asio::detached);
  SECTION("while it waits for the first scan") { io.poll(); }
  SECTION("while it waits for changes") {
    await([&] { return last_storage() != nullptr; });
  }
  CHECK_FALSE(has_ended);
  service.stop();
  await([&] { return has_ended; });
}
