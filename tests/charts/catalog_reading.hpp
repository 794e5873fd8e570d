#pragma once

#include "charts/catalog.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reaper::test {

/// Returns the state of a chart with this size and time.
inline charts::ChartState state(std::uint64_t bytes, std::int64_t modified_ns = 0) {
  return {.fingerprint = {.size_bytes = bytes, .modified_ns = modified_ns},
          .counted_bytes = bytes,
          .allocated_bytes = 4096,
          .linked = false};
}

using Paths = std::vector<std::string>;

/// Returns the paths of all charts in the catalog, the oldest first.
inline Paths oldest_first(const charts::Catalog& catalog) {
  Paths paths;
  catalog.visit_oldest_first([&](charts::ChartIndex chart) {
    paths.push_back(catalog.path(catalog.chart(chart)));
    return true;
  });
  return paths;
}

}  // namespace reaper::test
