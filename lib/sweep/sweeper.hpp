#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "retention/policy.hpp"
#include "sweep/clock_guard.hpp"
#include "sweep/report.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"
#include "volume/remover.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <memory>
#include <stop_token>

namespace reaper::sweep {

/// What a sweep goes by; replaced as a whole when the settings are read again.
struct Policy {
  retention::Limits limits;
  base::GlobList patterns;
};

/// Carries out one sweep after another: check the root, scan, plan, remove, report. The only way anything is removed.
/// Used by one thread at a time.
class Sweeper {
 public:
  Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress);

  /// One whole sweep. Trouble is in the report, never thrown.
  [[nodiscard]] Report sweep(const Request& request, const Policy& policy, const std::stop_token& stop);

  /// Only looks: what is on the volume now. Null if the root cannot be used or `stop` was requested.
  [[nodiscard]] std::shared_ptr<const Storage> look(const Policy& policy, const std::stop_token& stop);

 private:
  volume::Root* root_;
  const base::Clock* clock_;
  telemetry::Log* log_;
  volume::Progress* progress_;
  volume::Remover remover_;
  ClockGuard clock_guard_;
};

}  // namespace reaper::sweep
