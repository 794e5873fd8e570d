#include "base/json_number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace reaper::base {

double rounded(double number, int decimals) {
  // Round through text, because scaling by a power of ten is inexact: 2.675, really a little less, becomes 2.67.
  const std::string text = fmt::format("{:.{}f}", number, decimals);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result == 0 ? 0 : result;
}

boost::json::value as_given(double number) {
  // Above 2^53 a double cannot hold every integer.
  constexpr double k_largest_exact = 9007199254740992.0;
  if (std::trunc(number) == number && std::abs(number) < k_largest_exact) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace reaper::base
