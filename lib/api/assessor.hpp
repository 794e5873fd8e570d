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

/// Assesses the daemon, and logs each problem once when it begins and once when it ends. Lives on the io_context's
/// thread.
class Assessor {
 public:
  struct Parts {
    const sweep::SweepOperations& sweeps;
    const base::Clock& clock;
    telemetry::Log& log;
    std::function<std::string()> hang;  ///< returns the part that makes no progress; empty if all do
  };

  explicit Assessor(Parts parts) : parts_(std::move(parts)) {}

  /// Sets the settings for later assessments.
  void use(const assessment::SettingFacts& settings) { settings_ = settings; }

  /// Assesses the daemon now. The result is valid until the next call.
  const assessment::Assessment& assess();

  /// Returns the part that makes no progress; empty if all do.
  [[nodiscard]] std::string hang() const { return parts_.hang(); }

 private:
  Parts parts_;
  assessment::SettingFacts settings_;
  assessment::Assessment last_;
};

}  // namespace reaper::api
