#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reaper::live {

/// Charts that may change without an event to say so, and are therefore looked at again: those that came by a link, as
/// the writer's descriptor is not on that name (O_TMPFILE and linkat(2), or a second hard link), those without a byte
/// so far, and those that a scan met while they were young.
///
/// Each is looked at after a second, then after twice the time again, until it has not changed for some minutes.
class UnsettledCharts {
 public:
  explicit UnsettledCharts(const base::Clock& clock) : clock_(&clock) {}

  /// A chart; both are names relative to the root, as in charts::ChartSnapshot.
  struct ChartKey {
    std::string directory;
    std::string name;

    friend auto operator<=>(const ChartKey&, const ChartKey&) = default;
  };

  /// Looks at the chart again, from now on. Does nothing if there are too many already.
  void add(ChartKey key);
  /// Its writer has closed it under this name: whatever else is written to it is told by an event.
  void remove(const ChartKey& key);
  void clear() { waits_.clear(); }

  [[nodiscard]] bool empty() const noexcept { return waits_.empty(); }
  [[nodiscard]] bool full() const noexcept { return waits_.size() >= k_max_charts; }

  /// The charts that are due. Each waits twice as long until the next time, unless it is added again, and is not looked
  /// at any more once that is longer than the longest wait.
  [[nodiscard]] std::vector<ChartKey> take_due();

  /// The time until the next one is due, not below zero; nothing if there is none.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> until_due() const;

 private:
  /// A look takes ten microseconds: as many as this are a hundredth of a second, at most once a second.
  static constexpr std::size_t k_max_charts = 1000;
  static constexpr std::chrono::seconds k_shortest_wait{1};
  /// In total nine looks in eight and a half minutes.
  static constexpr std::chrono::seconds k_max_wait{256};

  struct Wait {
    std::chrono::nanoseconds due;  // by the clock since boot
    std::chrono::seconds time;
  };

  const base::Clock* clock_;
  std::map<ChartKey, Wait> waits_;
};

}  // namespace reaper::live
