#pragma once

#include "base/clock.hpp"
#include "live/live_catalog.hpp"
#include "retention/free_space.hpp"
#include "sweep/left_charts.hpp"
#include "sweep/report.hpp"
#include "sweep/skip_counter.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <functional>
#include <memory>

namespace reaper::sweep {

/// The parts that a pass works with. They outlive the pass.
struct PassContext {
  volume::Root& root;
  live::LiveCatalog& live;
  retention::FreeSpaceGuard& free_space;
  LeftCharts& left_charts;
  SkipCounter& skip_counter;
  const base::Clock& clock;
  telemetry::Log& log;
  volume::Progress& progress;
  /// Receives the figures of the volume: after the first scan, then at intervals during the pass. May be empty.
  std::function<void(std::shared_ptr<const Storage>)> on_storage;
  telemetry::AuditFile* audit = nullptr;  ///< may be null
};

}  // namespace reaper::sweep
