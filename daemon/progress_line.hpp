#pragma once

#include "volume/progress.hpp"

#include <chrono>

namespace reaper::daemon {

/// How often the line is drawn: often enough to look alive.
inline constexpr std::chrono::milliseconds k_progress_interval{100};

/// The line on a terminal that says how far a sweep is.
class ProgressLine {
 public:
  ProgressLine(const volume::Progress& progress, bool on_terminal) : progress_(&progress), on_terminal_(on_terminal) {}

  /// Draws the line over the last one. Does nothing where there is no terminal.
  void draw();

  /// Leaves the terminal's line empty.
  void erase() const;

 private:
  const volume::Progress* progress_;
  bool on_terminal_;
};

}  // namespace reaper::daemon
