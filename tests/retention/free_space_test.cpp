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

/// A volume of 1000 MiB with a reserve of 20 MiB.
VolumeState state_with(std::uint64_t free_mib, std::uint64_t charts_mib = 100) {
  return {.space = {.total_bytes = 1000 * k_mib, .free_bytes = free_mib * k_mib}, .charts = {charts_mib * k_mib, 100}};
}

Room reserve(std::uint64_t total_mib, std::uint64_t large_chart_bytes, std::uint64_t inodes = 0) {
  return FreeSpaceGuard::reserve(
      {.space = {.total_bytes = total_mib * k_mib, .total_inodes = inodes}, .large_chart_bytes = large_chart_bytes});
}

/// Notes a removal of 10 MiB of charts; `after` is the state of the volume afterwards.
void remove_ten(FreeSpaceGuard& guard, const VolumeState& after, std::chrono::nanoseconds now) {
  const VolumeState before = state_with(5);
  guard.note_removal(
      {.before = before, .after = after, .demand = guard.demand(before, Asked::yes, now), .expected = {10 * k_mib, 10}},
      now);
}

const VolumeState k_no_gain = state_with(5, 90);

}  // namespace

TEST_CASE("the reserve is 2 % of the volume or room for 16 large charts, and at most a quarter of it") {
  CHECK(reserve(100, 0).bytes == 2 * k_mib);
  CHECK(reserve(1'000'000, 0).bytes == 256 * k_mib);
  CHECK(reserve(64, 700 * 1024).bytes == 16 * 700 * 1024);
  CHECK(reserve(64, 5 * k_mib).bytes == 16 * k_mib);
  CHECK(reserve(1'000'000, 20 * k_mib).bytes == 256 * k_mib);
  CHECK(reserve(1'000'000, UINT64_MAX).bytes == 256 * k_mib);
}

TEST_CASE("2 % of the inodes are kept, at most 1,000, and none if their number is not fixed") {
  CHECK(reserve(100, 0, 4096).inodes == 81);
  CHECK(reserve(100, 0, 10'000'000).inodes == 1000);
  CHECK(reserve(100, 0, 0).inodes == 0);
}

TEST_CASE("the missing part of the reserve is demanded") {
  const FreeSpaceGuard guard;
  const auto bytes = [&](std::uint64_t free_mib) {
    return guard.demand(state_with(free_mib), Asked::no, k_start).room.bytes;
  };
  CHECK(bytes(500) == 0);
  CHECK(bytes(20) == 0);
  CHECK(bytes(15) == 5 * k_mib);
  CHECK(bytes(0) == 20 * k_mib);
}

TEST_CASE("inodes are demanded once there are enough bytes") {
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
  SECTION("until the space becomes free after all") {
    guard.observe(state_with(9, 90));
    CHECK(guard.no_gain_until(now + 10s));
    guard.observe(state_with(10, 90));
    CHECK_FALSE(guard.no_gain_until(now + 10s));
  }
  SECTION("until another program frees space") {
    guard.observe(state_with(800, 90));
    CHECK(guard.demand(state_with(5, 90), Asked::no, now).room.bytes == 15 * k_mib);
  }
  SECTION("until the volume is another one") {
    guard.reset();
    CHECK_FALSE(guard.next_change(now));
  }
}

TEST_CASE("each time the volume fills, a try must help before more charts are removed") {
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

TEST_CASE("a requested sweep tries four charts during a pause and does not change the pause") {
  FreeSpaceGuard guard;
  remove_ten(guard, k_no_gain, k_start);
  const auto demand = guard.demand(k_no_gain, Asked::yes, k_start + 30s);
  CHECK(demand.room.bytes == 15 * k_mib);
  CHECK(demand.max_charts == 4);
  remove_ten(guard, k_no_gain, k_start + 30s);
  CHECK(guard.no_gain_until(k_start + 30s) == k_start + 1min);
}

TEST_CASE("space that is freed less than two seconds late does not count as missing") {
  FreeSpaceGuard guard;
  remove_ten(guard, k_no_gain, k_start);
  CHECK_FALSE(guard.no_gain_until(k_start + 1s));
  CHECK(guard.next_change(k_start) == k_start + 2s);
  SECTION("it is freed") {
    guard.observe(state_with(15, 90));
    CHECK_FALSE(guard.no_gain_until(k_start + 2s));
    CHECK_FALSE(guard.next_change(k_start));
  }
  SECTION("it is not freed") {
    guard.observe(k_no_gain);
    CHECK(guard.no_gain_until(k_start + 2s) == k_start + 1min);
    CHECK(guard.next_change(k_start + 2s) == k_start + 1min);
    CHECK_FALSE(guard.next_change(k_start + 1min));
  }
}

TEST_CASE("space that writers of charts used meanwhile counts as freed") {
  FreeSpaceGuard guard;
  SECTION("if the catalog knows already") { remove_ten(guard, state_with(5, 100), k_start); }
  SECTION("if the catalog learns it later") {
    remove_ten(guard, state_with(1, 91), k_start);
    CHECK(guard.next_change(k_start));
    guard.observe(state_with(0, 100));
  }
  CHECK_FALSE(guard.next_change(k_start));
}

TEST_CASE("charts with another link are not expected to free anything") {
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

TEST_CASE("a removal that frees no inodes does not help") {
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
