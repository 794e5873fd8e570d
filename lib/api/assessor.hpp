#pragma once

#include "assessment/assess.hpp"
#include "assessment/facts.hpp"
#include "base/clock.hpp"
#include "sweep/sweep_operations.hpp"
#include "telemetry/log.hpp"

#include <functional>
#include <string>
#include <utility>

namespace reaper::api {

/// Judges the daemon as it is now, and logs each problem once when it begins and once when it is over. Lives on the
/// io_context's thread.
class Assessor {
 public:
  struct Parts {
    const sweep::SweepOperations& sweeps;
    const base::Clock& clock;
    telemetry::Log& log;
    std::function<std::string()> hang;  ///< returns what makes no progress; empty if all does
  };

  explicit Assessor(Parts parts) : parts_(std::move(parts)) {}

  /// From now on problems are judged by these settings.
  void use(const assessment::SettingFacts& settings) { settings_ = settings; }

  /// The assessment of this moment. It is valid until the next call.
  const assessment::Assessment& assess();

  /// Names the part that makes no progress; empty if all parts do.
  [[nodiscard]] std::string hang() const { return parts_.hang(); }

 private:
  Parts parts_;
  assessment::SettingFacts settings_;
  assessment::Assessment last_;
};

}  // namespace reaper::api
