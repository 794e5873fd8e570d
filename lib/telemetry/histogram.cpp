#include "telemetry/histogram.hpp"

#include <algorithm>

namespace reaper::telemetry {

void Histogram::observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  ++counts_[static_cast<std::size_t>(bucket - bounds_.begin())];
  sum_ += value;
}

}  // namespace reaper::telemetry
