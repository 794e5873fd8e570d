#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "charts/chart.hpp"
#include "volume/fallbacks.hpp"
#include "volume/removal_result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace reaper::volume {

/// The directory of charts that are being removed. The first of its charts opens it.
struct ChartDirectory {
  explicit ChartDirectory(std::string its_path) : path(std::move(its_path)) {}

  std::string path;
  std::once_flag opening;
  base::FileDescriptor descriptor;
  Outcome otherwise = Outcome::failed;  ///< the outcome of its charts if it could not be opened
};

/// A chart during its removal.
struct RemovalCandidate {
  using Clock = std::chrono::steady_clock;

  const charts::ChartSnapshot* chart = nullptr;
  std::size_t number = 0;  ///< the caller's number of the chart
  std::shared_ptr<ChartDirectory> directory;
  charts::Fingerprint planned_state;  ///< its state when it was compared with the plan
  base::FileDescriptor file;          ///< open while the protocol needs it
  std::string quarantine_name;        ///< empty unless it is quarantined
  bool leased = false;
  std::uint32_t links = 1;  ///< its hard links
  Clock::time_point due;    ///< the end of its grace time
  Fallbacks fallbacks;
  std::vector<base::Error> failures;

  [[nodiscard]] bool is_quarantined() const noexcept { return !quarantine_name.empty(); }
  /// Returns the name that the file has now.
  [[nodiscard]] const std::string& name() const noexcept { return is_quarantined() ? quarantine_name : chart->name; }
};

}  // namespace reaper::volume
