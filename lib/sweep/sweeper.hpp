#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "retention/policy.hpp"
#include "sweep/clock_guard.hpp"
#include "sweep/report.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <memory>
#include <stop_token>
#include <string>

namespace reaper::sweep {

/// What a sweep goes by; replaced as a whole when the settings are read again.
struct Policy {
  retention::Limits limits;
  base::GlobList patterns;
};

/// What a look at the volume found.
struct Look {
  std::shared_ptr<const Storage> storage;  ///< null if there is a problem, or the look was stopped
  std::string problem;                     ///< why the root cannot be used; empty if it can
};

/// Carries out one sweep after another: check the root, scan, plan, remove, report. The only way anything is removed.
/// Used by one thread at a time.
class Sweeper {
 public:
  Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress);

  /// One whole sweep. Trouble is in the report, never thrown.
  [[nodiscard]] Report sweep(const Request& request, const Policy& policy, const std::stop_token& stop);

  /// Only looks: what is on the volume now.
  [[nodiscard]] Look look(const Policy& policy, const std::stop_token& stop);

  /// Makes sure that the held root is the one its path names. Why it cannot be used; empty if it can.
  [[nodiscard]] std::string check_root();

 private:
  void carry_out(const Policy& policy, const std::stop_token& stop, Report& report);

  volume::Root* root_;
  const base::Clock* clock_;
  telemetry::Log* log_;
  volume::Progress* progress_;
  ClockGuard clock_guard_;
};

}  // namespace reaper::sweep
