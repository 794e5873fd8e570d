#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reaper::live {

/// Charts that may change without an event, so they must be checked again:
///  - Charts made by a link (O_TMPFILE and linkat(2), or a second hard link). The writer's descriptor belongs to
///    another name.
///  - Charts that are still empty.
///  - Charts that were young when a scan found them.
///
/// The first check comes after a second; each further wait is twice as long. Checks end when a chart has not changed
/// for some minutes.
class UnsettledCharts {
 public:
  explicit UnsettledCharts(const base::Clock& clock) : clock_(&clock) {}

  /// The names of a chart relative to the root, as in charts::ChartSnapshot.
  struct ChartKey {
    std::string directory;
    std::string name;

    friend auto operator<=>(const ChartKey&, const ChartKey&) = default;
  };

  /// Starts the checks of this chart, or starts them again. Does nothing if there are already too many charts.
  void add(ChartKey key);
  /// Ends the checks: the writer closed the chart under this name, so events report all later writes.
  void remove(const ChartKey& key);
  void clear() { waits_.clear(); }

  [[nodiscard]] bool empty() const noexcept { return waits_.empty(); }
  [[nodiscard]] bool full() const noexcept { return waits_.size() >= k_max_charts; }

  /// Returns the charts whose check is due. Each then waits twice as long, unless add() starts it again. A chart that
  /// would wait longer than the maximum is dropped.
  [[nodiscard]] std::vector<ChartKey> take_due();

  /// Returns the time until the next check, at least zero; nothing if no chart waits.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> until_due() const;

 private:
  /// A check takes ten microseconds, so this number takes a hundredth of a second, at most once a second.
  static constexpr std::size_t k_max_charts = 1000;
  static constexpr std::chrono::seconds k_shortest_wait{1};
  /// Nine checks in total, over eight and a half minutes.
  static constexpr std::chrono::seconds k_max_wait{256};

  struct Wait {
    std::chrono::nanoseconds due;  // on the boot clock
    std::chrono::seconds time;
  };

  const base::Clock* clock_;
  std::map<ChartKey, Wait> waits_;
};

}  // namespace reaper::live
