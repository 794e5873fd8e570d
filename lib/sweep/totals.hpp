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

/// The removals of a sweep for room: for the limit or for free space.
struct RoomRemoval {
  base::FileTime at;               ///< when the sweep ended
  std::chrono::nanoseconds age{};  ///< of the youngest of these charts
};

/// Sums over all sweeps since the start, for the metrics.
struct Totals {
  std::array<ReasonTotals, retention::k_reasons.size()> removed{};
  std::map<std::string_view, std::uint64_t> skipped;  ///< see Report::newly_skipped
  std::map<std::string, std::uint64_t> errors_by_operation;
  std::map<std::pair<Trigger, bool>, std::uint64_t> sweeps;  ///< by trigger, and true for sweeps without an error
  std::uint64_t directories_removed = 0;
  std::shared_ptr<const Report> last;  ///< the last sweep that is no dry run; null before the first
  /// The last sweep that tells whether removals work: it judged all charts, or failed to remove what was requested.
  /// Null before the first.
  std::shared_ptr<const Report> last_telling;
  std::optional<RoomRemoval> room_removal;
};

}  // namespace reaper::sweep
