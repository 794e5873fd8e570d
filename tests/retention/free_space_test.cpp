#include "retention/free_space.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using reaper::base::Room;
using reaper::base::VolumeSpace;
using reaper::retention::FreeSpaceGuard;
using reaper::retention::RoomMade;
using reaper::retention::VolumeState;
using Asked = FreeSpaceGuard::Asked;

namespace {

constexpr std::uint64_t k_mib = 1024 * 1024;
constexpr std::chrono::nanoseconds k_start = 100h;

/// A volume of 1000 MiB, whose reserve is 20 MiB.
VolumeState state_with(std::uint64_t free_mib, std::uint64_t charts_mib = 100) {
  return {.space = {.total_bytes = 1000 * k_mib, .free_bytes = free_mib * k_mib}, .charts = {charts_mib * k_mib, 100}};
}

Room reserve(std::uint64_t total_mib, std::uint64_t large_chart_bytes, std::uint64_t inodes = 0) {
  return FreeSpaceGuard::reserve(
      {.space = {.total_bytes = total_mib * k_mib, .total_inodes = inodes}, .large_chart_bytes = large_chart_bytes});
}

/// Ten MiB of charts have gone, and what they took is free or is not.
void remove_ten(FreeSpaceGuard& guard, const VolumeState& after, std::chrono::nanoseconds now) {
  const VolumeState before = state_with(5);
  guard.note_removal(
      {.before = before, .after = after, .demand = guard.demand(before, Asked::yes, now), .expected = {10 * k_mib, 10}},
      now);
}

const VolumeState k_no_gain = state_with(5, 90);

}  // namespace

TEST_CASE("the reserve is two hundredths of the volume or room for 16 large charts, and never a quarter of it") {
  CHECK(reserve(100, 0).bytes == 2 * k_mib);
  CHECK(reserve(1'000'000, 0).bytes == 256 * k_mib);
  CHECK(reserve(64, 700 * 1024).bytes == 16 * 700 * 1024);
  CHECK(reserve(64, 5 * k_mib).bytes == 16 * k_mib);
  CHECK(reserve(1'000'000, 20 * k_mib).bytes == 256 * k_mib);
  CHECK(reserve(1'000'000, UINT64_MAX).bytes == 256 * k_mib);
}

TEST_CASE("a fiftieth of the inodes is kept, at most 1,000, and none where their number is not fixed") {
  CHECK(reserve(100, 0, 4096).inodes == 81);
  CHECK(reserve(100, 0, 10'000'000).inodes == 1000);
  CHECK(reserve(100, 0, 0).inodes == 0);
}

TEST_CASE("what lacks of the reserve is demanded") {
  const FreeSpaceGuard guard;
  const auto bytes = [&](std::uint64_t free_mib) {
    return guard.demand(state_with(free_mib), Asked::no, k_start).room.bytes;
  };
  CHECK(bytes(500) == 0);
  CHECK(bytes(20) == 0);
  CHECK(bytes(15) == 5 * k_mib);
  CHECK(bytes(0) == 20 * k_mib);
}

TEST_CASE("inodes are lacking once there are bytes enough") {
  VolumeState state = state_with(500);
  state.space.total_inodes = 4096;
  state.space.free_inodes = 31;
  CHECK(FreeSpaceGuard::lacking(state) == Room{0, 50});
  state.space.free_bytes = 19 * k_mib;
  CHECK(FreeSpaceGuard::lacking(state) == Room{k_mib, 0});
}

TEST_CASE("a removal that does not help is tried again with four charts, after pauses that double up to an hour") {
  FreeSpaceGuard guard;
  auto now = k_start;
  remove_ten(guard, k_no_gain, now);
  for (const auto pause : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
    CHECK(guard.demand(k_no_gain, Asked::no, now).room.is_none());
    CHECK(guard.demand(k_no_gain, Asked::no, now + pause - 1ns).room.is_none());
    now += pause;
    CHECK(guard.no_gain_until(now - 1ns) == now);
    CHECK(guard.demand(k_no_gain, Asked::no, now).room.bytes == 15 * k_mib);
    CHECK(guard.demand(k_no_gain, Asked::no, now).max_charts == 4);
    remove_ten(guard, k_no_gain, now);
  }
  SECTION("until one helps") {
    now += 60min;
    remove_ten(guard, state_with(15, 90), now);
    CHECK_FALSE(guard.no_gain_until(now + 1h));
    CHECK(guard.demand(state_with(15, 90), Asked::no, now).room.bytes == 5 * k_mib);
    CHECK(guard.demand(state_with(15, 90), Asked::no, now).max_charts > 1000);
  }
  SECTION("until the space turns up after all") {
    guard.observe(state_with(9, 90));
    CHECK(guard.no_gain_until(now + 10s));
    guard.observe(state_with(10, 90));
    CHECK_FALSE(guard.no_gain_until(now + 10s));
  }
  SECTION("until another program makes room") {
    guard.observe(state_with(800, 90));
    CHECK(guard.demand(state_with(5, 90), Asked::no, now).room.bytes == 15 * k_mib);
  }
  SECTION("until it is another volume") {
    guard.reset();
    CHECK_FALSE(guard.next_change(now));
  }
}

TEST_CASE("a removal has to help once before more than a try goes, each time the volume fills") {
  FreeSpaceGuard guard;
  CHECK_FALSE(guard.has_helped());
  remove_ten(guard, state_with(15, 90), k_start);
  CHECK(guard.has_helped());
  remove_ten(guard, k_no_gain, k_start);
  CHECK_FALSE(guard.has_helped());
  guard.observe(state_with(15, 90));
  CHECK(guard.has_helped());
  guard.observe(state_with(20, 90));
  CHECK_FALSE(guard.has_helped());
}

TEST_CASE("a sweep that is asked for meanwhile tries four charts, and the pause stays as it is") {
  FreeSpaceGuard guard;
  remove_ten(guard, k_no_gain, k_start);
  const auto demand = guard.demand(k_no_gain, Asked::yes, k_start + 30s);
  CHECK(demand.room.bytes == 15 * k_mib);
  CHECK(demand.max_charts == 4);
  remove_ten(guard, k_no_gain, k_start + 30s);
  CHECK(guard.no_gain_until(k_start + 30s) == k_start + 1min);
}

TEST_CASE("space that is late by less than two seconds is not said to be missing") {
  FreeSpaceGuard guard;
  remove_ten(guard, k_no_gain, k_start);
  CHECK_FALSE(guard.no_gain_until(k_start + 1s));
  CHECK(guard.next_change(k_start) == k_start + 2s);
  SECTION("it comes") {
    guard.observe(state_with(15, 90));
    CHECK_FALSE(guard.no_gain_until(k_start + 2s));
    CHECK_FALSE(guard.next_change(k_start));
  }
  SECTION("it does not come") {
    guard.observe(k_no_gain);
    CHECK(guard.no_gain_until(k_start + 2s) == k_start + 1min);
    CHECK(guard.next_change(k_start + 2s) == k_start + 1min);
    CHECK_FALSE(guard.next_change(k_start + 1min));
  }
}

TEST_CASE("space that writers of charts have used meanwhile was free") {
  FreeSpaceGuard guard;
  SECTION("as the catalog knows") { remove_ten(guard, state_with(5, 100), k_start); }
  SECTION("as the catalog learns later") {
    remove_ten(guard, state_with(1, 91), k_start);
    CHECK(guard.next_change(k_start));
    guard.observe(state_with(0, 100));
  }
  CHECK_FALSE(guard.next_change(k_start));
}

TEST_CASE("charts that keep another link are not expected to free anything") {
  FreeSpaceGuard guard;
  const VolumeState before = state_with(5);
  RoomMade made{.before = before,
                .after = state_with(7, 68),
                .demand = guard.demand(before, Asked::no, k_start),
                .expected = {2 * k_mib, 1},
                .linked_bytes = 30 * k_mib};
  guard.note_removal(made, k_start);
  CHECK_FALSE(guard.next_change(k_start));
}

TEST_CASE("inodes that do not come free are a removal that does not help") {
  FreeSpaceGuard guard;
  VolumeState before = state_with(500);
  before.space.total_inodes = 4096;
  before.space.free_inodes = 10;
  VolumeState after = before;
  after.charts.inodes -= 71;
  const auto remove = [&] {
    guard.note_removal({.before = before,
                        .after = after,
                        .demand = guard.demand(before, Asked::no, k_start),
                        .expected = {71 * 4096, 71}},
                       k_start);
  };
  SECTION("none") {
    remove();
    CHECK(guard.demand(after, Asked::no, k_start).room.is_none());
  }
  SECTION("half of them") {
    after.space.free_inodes += 36;
    remove();
    CHECK(guard.demand(after, Asked::no, k_start).room.inodes == 81 - 46);
  }
}
