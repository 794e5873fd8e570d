#pragma once

#include "charts/chart.hpp"
#include "options.hpp"
#include "volume/remover.hpp"
#include "volume/root.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace stress {

/// The system calls for the protocol: the real ones, or those of a volume that has no leases.
[[nodiscard]] std::unique_ptr<reaper::volume::System> make_system(Protocol protocol);

/// The charts below the root that were modified long ago.
[[nodiscard]] std::vector<reaper::charts::ChartSnapshot> old_charts(reaper::volume::Root& root);

/// What became of the charts that were to be removed.
struct Outcomes {
  std::array<std::uint64_t, 6> count{};  ///< by reaper::volume::Outcome
  reaper::volume::Fallbacks fallbacks;
  std::uint64_t failures = 0;

  [[nodiscard]] std::uint64_t of(reaper::volume::Outcome outcome) const {
    return count[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] std::uint64_t total() const;
};

/// Told of each chart right before it goes, and of each one that is through, by its position.
struct Watcher {
  std::function<void(std::size_t)> at = [](std::size_t) {};
  std::function<void(std::size_t)> concluded = [](std::size_t) {};
};

/// Removes the charts by the protocol and adds to `outcomes`.
void remove_charts(reaper::volume::Root& root, const reaper::volume::Charts& charts, Protocol protocol,
                   const Watcher& watcher, Outcomes& outcomes);

}  // namespace stress
