#include "lifecycle/whole_days.hpp"

#include <algorithm>
#include <cmath>

namespace reaper::lifecycle {
namespace {

constexpr double k_hours_a_day = 24;
constexpr double k_seconds_a_day = 86'400;
constexpr double k_seconds_an_hour = 3'600;

/// The settings limit both ages to a century, so the product is exact and the result fits.
std::int64_t days_for(double amount, double amount_a_day) {
  auto days = static_cast<std::int64_t>(std::ceil(amount / amount_a_day));
  // A division can round a little more than a whole number of days down to it.
  if (static_cast<double>(days) * amount_a_day < amount) ++days;
  return std::max<std::int64_t>(days, 1);
}

}  // namespace

std::int64_t whole_days(const config::Settings& settings) {
  return std::max(days_for(settings.max_age_hours, k_hours_a_day), days_for(settings.min_age_seconds, k_seconds_a_day));
}

bool is_min_age_longer(const config::Settings& settings) {
  return settings.min_age_seconds > settings.max_age_hours * k_seconds_an_hour;
}

}  // namespace reaper::lifecycle
