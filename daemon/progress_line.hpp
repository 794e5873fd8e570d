#pragma once

#include "volume/progress.hpp"

#include <chrono>

namespace reaper::daemon {

/// The interval for drawing the line; short enough to show progress.
inline constexpr std::chrono::milliseconds k_progress_interval{100};

/// The progress line of a sweep on a terminal.
class ProgressLine {
 public:
  ProgressLine(const volume::Progress& progress, bool on_terminal) : progress_(&progress), on_terminal_(on_terminal) {}

  /// Draws the line over the last one. Does nothing without a terminal.
  void draw();

  /// Clears the line.
  void erase() const;

 private:
  const volume::Progress* progress_;
  bool on_terminal_;
};

}  // namespace reaper::daemon
