#pragma once

namespace reaper::base {

/// How much the daemon says; ordered, so that a line is written if its level is at least the configured one.
enum class LogLevel { debug, info, warning, error };

/// How a log line is written.
enum class LogFormat { text, json };

}  // namespace reaper::base
