#pragma once

#include "retention/policy.hpp"
#include "sweep/report.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::sweep {

/// Sums over all sweeps since the start, for the metrics.
struct Totals {
  std::array<ReasonTotals, retention::k_reasons.size()> removed{};
  std::map<std::string_view, std::uint64_t> skipped;
  std::map<std::string, std::uint64_t> errors_by_operation;
  std::map<std::pair<Trigger, bool>, std::uint64_t> sweeps;  ///< by trigger and whether it went without an error
  std::uint64_t directories_removed = 0;
  std::shared_ptr<const Report> last;  ///< the last sweep that was carried out; null before the first
};

}  // namespace reaper::sweep
