#include "telemetry/progress_watch.hpp"

#include "support/catch.hpp"

using reaper::telemetry::ProgressWatch;
using namespace std::chrono_literals;

namespace {

ProgressWatch::Time at(std::chrono::nanoseconds time) {
  return ProgressWatch::Time(std::chrono::duration_cast<ProgressWatch::Time::duration>(time));
}

}  // namespace

TEST_CASE("idle work is alive, however long it makes no progress") {
  ProgressWatch watch(10s);
  CHECK(watch.is_alive(false, 0, at(0s)));
  CHECK(watch.is_alive(false, 0, at(1000h)));
}

TEST_CASE("busy work is alive for the patience after its last progress") {
  ProgressWatch watch(10s);
  CHECK(watch.is_alive(true, 5, at(100s)));
  CHECK(watch.is_alive(true, 5, at(110s)));
  CHECK_FALSE(watch.is_alive(true, 5, at(110s + 1ns)));
  CHECK(watch.is_alive(true, 6, at(200s)));
  CHECK(watch.is_alive(true, 6, at(210s)));
  CHECK_FALSE(watch.is_alive(true, 6, at(211s)));
}

TEST_CASE("the patience begins with the work") {
  ProgressWatch watch(10s);
  CHECK(watch.is_alive(false, 5, at(0s)));
  CHECK(watch.is_alive(true, 5, at(1000s)));
  CHECK(watch.is_alive(true, 5, at(1010s)));
  CHECK_FALSE(watch.is_alive(true, 5, at(1011s)));
}

TEST_CASE("work that ends or makes progress is alive again") {
  ProgressWatch watch(10s);
  CHECK(watch.is_alive(true, 5, at(0s)));
  CHECK_FALSE(watch.is_alive(true, 5, at(11s)));
  CHECK(watch.is_alive(false, 5, at(12s)));
  CHECK(watch.is_alive(true, 5, at(13s)));
  CHECK_FALSE(watch.is_alive(true, 5, at(24s)));
  CHECK(watch.is_alive(true, 6, at(25s)));
}
