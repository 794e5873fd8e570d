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

namespace reaper::telemetry {

using base::LogFormat;
using base::LogLevel;

/// One detail of a log line, e.g. {"files_removed", 3}; left out of the line if it is null. Text values may hold any
/// bytes; they are made printable.
struct Field {
  /// `its_value` is anything a JSON value can be made of, std::string and std::string_view included.
  template <class Value>
  Field(std::string_view its_name, const Value& its_value) : name(its_name), value(its_value) {}

  std::string_view name;
  boost::json::value value;
};

/// The program's log: one line per event, written whole, to standard error. Any thread may use it.
///
/// The message stands first in a text line, because operators' alerts search for line beginnings; time and level
/// follow. Under journald the line carries its priority instead of a time of its own.
class Log {
 public:
  /// Writes to `descriptor`, which stays the caller's. `journal_stream` is the value of JOURNAL_STREAM: if it names
  /// the descriptor, the lines go to journald (systemd.exec(5)).
  Log(const base::Clock& clock, int descriptor, std::string_view journal_stream = {});

  void set_level(LogLevel level) noexcept { level_ = level; }
  void set_format(LogFormat format) noexcept { format_ = format; }

  /// Writes `message: field=value ...` (text) or one JSON object. Long values are shortened so that the line fits
  /// PIPE_BUF.
  void write(LogLevel level, std::string_view message, std::initializer_list<Field> fields = {}) noexcept;

  /// Lines that were lost, mostly because nobody reads the other end of the pipe: logging never blocks the program
  /// for long. The log says so itself once it can be written again.
  [[nodiscard]] std::uint64_t dropped_lines() const noexcept { return dropped_; }

 private:
  [[nodiscard]] std::string line(LogLevel level, std::string_view message, std::initializer_list<Field> fields) const;
  void put(std::string_view text);
  void tell_of_drops();

  const base::Clock* clock_;
  int descriptor_;
  bool to_journal_;
  std::atomic<LogLevel> level_{LogLevel::info};
  std::atomic<LogFormat> format_{LogFormat::text};
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;
  std::uint64_t told_drops_ = 0;  // how many of `dropped_` the log has told of
  bool stalled_ = false;          // the last line was dropped: the next one is not waited for
};

}  // namespace reaper::telemetry
