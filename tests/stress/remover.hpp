#pragma once

#include "charts/chart.hpp"
#include "options.hpp"
#include "volume/fallbacks.hpp"
#include "volume/removal_result.hpp"
#include "volume/root.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace stress {

/// Returns the system calls for the protocol: the real ones, or those of a volume without leases.
[[nodiscard]] std::unique_ptr<reaper::volume::System> make_system(Protocol protocol);

/// Returns the charts below the root that were modified long ago.
[[nodiscard]] std::vector<reaper::charts::ChartSnapshot> old_charts(reaper::volume::Root& root);

/// The outcomes of all attempted removals.
struct Outcomes {
  std::array<std::uint64_t, 6> count{};  ///< indexed by reaper::volume::Outcome
  reaper::volume::Fallbacks fallbacks;
  std::uint64_t failures = 0;

  [[nodiscard]] std::uint64_t of(reaper::volume::Outcome outcome) const {
    return count[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] std::uint64_t total() const;
};

/// A chart to remove, and its number among all charts.
struct Target {
  std::uint32_t number = 0;
  reaper::charts::ChartSnapshot chart;
};

/// Receives each chart right before its removal is attempted, and again once it has finished.
struct Watcher {
  std::function<void(const Target&)> at = [](const Target&) {};
  std::function<void(const Target&)> finished = [](const Target&) {};
};

/// Removes the charts by the protocol and adds the results to `outcomes`.
void remove_charts(reaper::volume::Root& root, const std::vector<Target>& targets, Protocol protocol,
                   const Watcher& watcher, Outcomes& outcomes);

}  // namespace stress
