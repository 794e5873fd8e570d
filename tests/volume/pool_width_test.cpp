#include "volume/pool_width.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;
using reaper::volume::PoolWidth;

namespace {

/// Reports call times to `width`, as from a volume that carries out at most `at_once` calls at once.
void work(PoolWidth& width, std::chrono::nanoseconds time, unsigned at_once, int calls = 3200) {
  for (int i = 0; i < calls; ++i) width.note(time * std::max(1U, width.get() / at_once));
}

}  // namespace

TEST_CASE("where calls take microseconds, one is in flight") {
  PoolWidth width;
  CHECK(width.get() == 1);
  width.begin(3us);
  work(width, 3us, 32);
  CHECK(width.get() == 1);
}

TEST_CASE("an unknown time of a call begins with one") {
  PoolWidth width;
  width.begin({});
  CHECK(width.get() == 1);
}

TEST_CASE("slow calls begin with some in flight, and go up to the maximum") {
  PoolWidth width;
  width.begin(1ms);
  CHECK(width.get() == 8);
  work(width, 1ms, 64);
  CHECK(width.get() == PoolWidth::k_max);
}

TEST_CASE("calls that become slow widen, and calls that become fast narrow") {
  PoolWidth width;
  width.begin(3us);
  work(width, 200us, 64);
  CHECK(width.get() == PoolWidth::k_max);
  work(width, 3us, 64);
  CHECK(width.get() == 1);
}

TEST_CASE("a volume that carries out few calls at once gets few, but not fewer than at first") {
  const unsigned at_once = GENERATE(1U, 2U, 4U);
  PoolWidth width;
  width.begin(100us);
  work(width, 100us, at_once);
  CHECK(width.get() <= 2 * at_once);
}

TEST_CASE("a width that brought no gain is tried again later") {
  PoolWidth width;
  width.begin(100us);
  work(width, 100us, 1);
  REQUIRE(width.get() <= 2);
  work(width, 100us, 64, 64 * 32 + 10 * 32);
  CHECK(width.get() == PoolWidth::k_max);
}

TEST_CASE("a single slow call does not change the width permanently") {
  PoolWidth width;
  width.begin(3us);
  width.note(400us);
  work(width, 3us, 32, 63);
  CHECK(width.get() == 1);
}

TEST_CASE("a fixed width stays") {
  PoolWidth width(5);
  CHECK(width.get() == 5);
  width.begin(3us);
  work(width, 3us, 1);
  CHECK(width.get() == 5);
}

TEST_CASE("a width is at least 1 and at most the maximum") {
  CHECK(PoolWidth(0).get() == 1);
  CHECK(PoolWidth(1000).get() == PoolWidth::k_max);
}
