#include "sweep/daily_counts.hpp"

namespace reaper::sweep {

void DailyCounts::add(std::chrono::nanoseconds now, std::uint64_t count) {
  const std::int64_t hour = hour_of(now);
  Bucket& bucket = buckets_[static_cast<std::size_t>(hour) % k_hours];
  if (bucket.hour != hour) bucket = {hour, 0};
  bucket.count += count;
}

std::uint64_t DailyCounts::last_day(std::chrono::nanoseconds now) const {
  const std::int64_t oldest = hour_of(now) - static_cast<std::int64_t>(k_hours) + 1;
  std::uint64_t sum = 0;
  for (const Bucket& bucket : buckets_)
    if (bucket.hour >= oldest) sum += bucket.count;
  return sum;
}

}  // namespace reaper::sweep
