#pragma once

#include "base/clock.hpp"
#include "base/log_level.hpp"

#include <boost/json/value.hpp>

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::telemetry {

using base::LogFormat;
using base::LogLevel;

/// One detail of a log line, e.g. {"files_removed", 3}. Text values may hold any bytes; they are made printable.
using Field = std::pair<std::string_view, boost::json::value>;

/// The program's log: one line per event, written whole, to standard error. Any thread may use it.
///
/// The message stands first in a text line, because operators' alerts search for line beginnings; time and level
/// follow. Under journald the line carries its priority instead of a time of its own.
class Log {
 public:
  /// Writes to `descriptor`, which stays the caller's.
  Log(const base::Clock& clock, int descriptor);

  void set_level(LogLevel level) noexcept { level_ = level; }
  void set_format(LogFormat format) noexcept { format_ = format; }

  /// Writes `message: field=value ...` (text) or one JSON object.
  void write(LogLevel level, std::string_view message, std::initializer_list<Field> fields = {});

  /// Lines that were lost because nobody reads the other end of the pipe: logging never blocks the program for long.
  [[nodiscard]] std::uint64_t dropped_lines() const noexcept { return dropped_; }

 private:
  void put(std::string line);

  const base::Clock* clock_;
  int descriptor_;
  bool to_journal_;
  std::atomic<LogLevel> level_{LogLevel::info};
  std::atomic<LogFormat> format_{LogFormat::text};
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;
};

}  // namespace reaper::telemetry
