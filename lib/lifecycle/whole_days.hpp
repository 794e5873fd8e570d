#pragma once

#include "config/settings.hpp"

#include <cstdint>

namespace reaper::lifecycle {

/// Returns the smallest number of days, at least 1, that is not shorter than the maximum age and the minimum age. No
/// store removes an object earlier than this many times 24 hours after it was written:
/// - S3 adds the days and rounds up to the next midnight UTC;
/// - GCS waits until the age is at least this many days;
/// - Azure waits until the age is more than this many days.
[[nodiscard]] std::int64_t whole_days(const config::Settings& settings);

/// Returns true if the minimum age is longer than the maximum age, so that it decides the number of days.
[[nodiscard]] bool is_min_age_longer(const config::Settings& settings);

}  // namespace reaper::lifecycle
