#pragma once

#include "retention/policy.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace reaper::sweep {

/// The charts and the long empty chart sets that a scan found and that must be removed before it ends.
class Claims {
 public:
  void add(retention::Removal removal) { charts_.push_back(std::move(removal)); }
  void add_empty_set(std::string path) { empty_sets_.push_back(std::move(path)); }

  /// Returns true if the claims fill two removal windows. Remove them then, before the scan continues. With fewer
  /// claims at a time, the sweep would wait for a last grace time more often. With a window of
  /// `volume::k_window_charts`, the kernel's data of these charts is still in the processor cache.
  [[nodiscard]] bool are_enough(std::size_t window_charts) const noexcept {
    return charts_.size() + empty_sets_.size() >= 2 * window_charts;
  }

  /// Returns the charts not taken yet. They are still on the volume but not in the catalog.
  [[nodiscard]] const std::vector<retention::Removal>& charts() const noexcept { return charts_; }

  [[nodiscard]] std::vector<retention::Removal> take_charts() { return std::exchange(charts_, {}); }
  [[nodiscard]] std::vector<std::string> take_empty_sets() { return std::exchange(empty_sets_, {}); }

 private:
  std::vector<retention::Removal> charts_;
  std::vector<std::string> empty_sets_;
};

}  // namespace reaper::sweep
