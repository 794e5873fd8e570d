#pragma once

#include "base/json_number.hpp"
#include "base/size.hpp"
#include "sweep/report.hpp"

#include <algorithm>
#include <cstdint>

namespace reaper::api {

/// Returns the used part of the limit in force; 1 means full.
[[nodiscard]] inline double usage_ratio(const sweep::Storage& storage, std::uint64_t limit_bytes) {
  return static_cast<double>(storage.bytes) / static_cast<double>(std::max<std::uint64_t>(limit_bytes, 1));
}

/// Returns the limit in force in MB for people, rounded to thousandths unless it is tiny. A percentage gives odd
/// numbers.
[[nodiscard]] inline double limit_in_mebibytes(std::uint64_t limit_bytes) {
  const double megabytes = base::to_mebibytes(limit_bytes);
  return limit_bytes < base::k_mebibyte / 100 ? megabytes : base::rounded(megabytes, 3);
}

}  // namespace reaper::api
