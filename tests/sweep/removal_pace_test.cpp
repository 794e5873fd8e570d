#include "sweep/removal_pace.hpp"

#include "support/catch.hpp"

#include <chrono>

using namespace std::chrono_literals;
using reaper::sweep::RemovalPace;

TEST_CASE("without a limit every chart is due") {
  RemovalPace pace(0);
  for (int i = 0; i < 1000; ++i) pace.count();
  CHECK(pace.is_due());
}

TEST_CASE("the first chart is due at once, and each further one an interval later") {
  RemovalPace pace(0.01);
  CHECK(pace.is_due());
  const auto first = pace.due();
  pace.count();
  CHECK_FALSE(pace.is_due());
  CHECK(pace.due() - first == 100s);
  pace.count();
  CHECK(pace.due() - first == 200s);
}
