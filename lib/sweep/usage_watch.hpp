#pragma once

#include "telemetry/log.hpp"

#include <cstdint>

namespace reaper::sweep {

/// Says in the log, once per crossing, when the storage passes a mark of the limit and when a sweep has many errors.
class UsageWatch {
 public:
  static constexpr double k_warning_ratio = 0.80;
  static constexpr double k_critical_ratio = 0.95;
  static constexpr std::uint64_t k_most_errors = 5;

  explicit UsageWatch(telemetry::Log& log) : log_(&log) {}

  /// The storage as it is now. The limit is above 0.
  void note_usage(std::uint64_t used_bytes, std::uint64_t limit_bytes);

  /// The errors of one sweep.
  void note_errors(std::uint64_t errors);

 private:
  enum class Level { normal, warning, critical };

  telemetry::Log* log_;
  Level level_ = Level::normal;
  bool many_errors_ = false;
};

}  // namespace reaper::sweep
