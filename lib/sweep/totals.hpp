#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::sweep {

/// Charts that a sweep removed for room: because of the limit or of free space.
struct RoomRemoval {
  base::FileTime at;               ///< when the sweep ended
  std::chrono::nanoseconds age{};  ///< of the youngest of these charts
};

/// Sums over all sweeps since the start, for the metrics.
struct Totals {
  std::array<ReasonTotals, retention::k_reasons.size()> removed{};
  std::map<std::string_view, std::uint64_t> skipped;  ///< see Report::newly_skipped
  std::map<std::string, std::uint64_t> errors_by_operation;
  std::map<std::pair<Trigger, bool>, std::uint64_t> sweeps;  ///< by trigger and whether it went without an error
  std::uint64_t directories_removed = 0;
  std::shared_ptr<const Report> last;  ///< the last sweep that was carried out; null before the first
  /// The last one that judged all charts, or that could not remove what was asked for: it says how removal stands. Null
  /// before the first.
  std::shared_ptr<const Report> last_telling;
  std::optional<RoomRemoval> room_removal;
};

}  // namespace reaper::sweep
