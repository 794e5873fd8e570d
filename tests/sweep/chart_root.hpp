#pragma once

#include "support/capture.hpp"
#include "support/faulty_system.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

namespace reaper::test {

/// A chart directory in a temporary directory, with a clock, faults and a log that the test controls. A sweeper is
/// built from these.
struct ChartRoot {
  ChartRoot() { dir.make_dir("charts"); }

  TempDir dir;
  ManualClock clock;
  FaultySystem system;
  Capture logged = capture_pipe();
  telemetry::Log log{clock, logged.writer.get()};
  volume::Progress progress;
  volume::Root root{system, dir.path("charts").string()};
};

}  // namespace reaper::test
