#pragma once

namespace reaper::base {

/// Levels of log lines, in ascending order. A line is written if its level is at least the configured one.
enum class LogLevel { debug, info, warning, error };

/// The format of log lines.
enum class LogFormat { text, json };

}  // namespace reaper::base
