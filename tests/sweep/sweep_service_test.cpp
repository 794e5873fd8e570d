#include "sweep/sweep_service.hpp"

#include "sweep/sweep_service_fixture.hpp"

#include <filesystem>

using reaper::test::post;
using reaper::test::SweepServiceFixture;
namespace asio = boost::asio;
namespace fs = std::filesystem;

TEST_CASE_METHOD(SweepServiceFixture, "a missing root is a problem until it returns") {
  REQUIRE(storage());
  fs::rename(dir.path("charts"), dir.path("away"));
  order(post());
  await_reports(1);
  CHECK_FALSE(problem().empty());
  CHECK_FALSE(last_storage());
  fs::rename(dir.path("away"), dir.path("charts"));
  bool is_checked = false;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        co_await service.check_root();
        is_checked = true;
      },
      asio::detached);
  await([&] { return is_checked; });
  CHECK(problem().empty());
}

TEST_CASE_METHOD(SweepServiceFixture, "a change of the figures or of the problem notifies") {
  unsigned changes = 0;
  service.on_change([&] { ++changes; });
  REQUIRE(storage());
  CHECK(changes == 1);
  fs::rename(dir.path("charts"), dir.path("away"));
  order(post());
  await_reports(1);
  CHECK(changes == 2);
}

TEST_CASE_METHOD(SweepServiceFixture, "answers about a missing root are not used again") {
  ask_for_ages();
  await([&] { return ages.size() == 1; });
  REQUIRE(ages[0]);
  fs::rename(dir.path("charts"), dir.path("away"));
  order(post());
  await_reports(1);
  ask_for_ages();
  await([&] { return ages.size() == 2; });
  CHECK_FALSE(ages[1]);
}
