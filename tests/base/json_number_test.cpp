#include "base/json_number.hpp"

#include "support/catch.hpp"

#include <cmath>
#include <cstdint>

using reaper::base::as_given;
using reaper::base::rounded;

TEST_CASE("rounding uses the exact decimal value") {
  CHECK(rounded(23.456, 2) == 23.46);
  CHECK(rounded(2.675, 2) == 2.67);
  CHECK(rounded(0.125, 2) == 0.12);
  CHECK(rounded(1e9 + 0.5, 2) == 1e9 + 0.5);
  CHECK_FALSE(std::signbit(rounded(-0.0001, 2)));
}

TEST_CASE("a number keeps the digits it was given with") {
  CHECK(as_given(6).as_int64() == 6);
  CHECK(as_given(0.5).as_double() == 0.5);
  CHECK(as_given(1e300).as_double() == 1e300);
}
