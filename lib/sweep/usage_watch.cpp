#include "sweep/usage_watch.hpp"

namespace reaper::sweep {

using telemetry::LogLevel;

void UsageWatch::note_usage(std::uint64_t used_bytes, std::uint64_t limit_bytes) {
  const double ratio = static_cast<double>(used_bytes) / static_cast<double>(limit_bytes);
  const Level level = ratio > k_critical_ratio  ? Level::critical
                      : ratio > k_warning_ratio ? Level::warning
                                                : Level::normal;
  const auto say = [&](LogLevel log_level, std::string_view message) {
    log_->write(log_level, message, {{"used_bytes", used_bytes}, {"limit_bytes", limit_bytes}});
  };
  if (level > level_ && level == Level::critical) say(LogLevel::error, "Chart storage above 95 % of the limit");
  else if (level > level_) say(LogLevel::warning, "Chart storage above 80 % of the limit");
  else if (level < level_ && level == Level::normal) say(LogLevel::info, "Chart storage below 80 % of the limit again");
  level_ = level;
}

void UsageWatch::note_errors(std::uint64_t errors) {
  const bool many = errors > k_most_errors;
  if (many && !many_errors_)
    log_->write(LogLevel::warning, "More than 5 errors in one chart cleanup", {{"errors", errors}});
  many_errors_ = many;
}

}  // namespace reaper::sweep
