#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
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

/// Text that is printable already, such as the message of an error. The log does not escape it a second time.
struct Printable {
  std::string_view text;
};

/// One field of a log line, e.g. {"files_removed", 3}. Null values are left out. Text may contain any bytes and is made
/// printable.
struct Field {
  /// `its_value` is anything that converts to a JSON value, such as std::string and std::string_view.
  template <class Value>
  Field(std::string_view its_name, const Value& its_value) : name(its_name), value(its_value) {}
  Field(std::string_view its_name, Printable its_value) : name(its_name), value(its_value.text), is_printable(true) {}
  Field(std::string_view its_name, const base::Error& error) : Field(its_name, Printable{error.message()}) {}

  std::string_view name;
  boost::json::value value;
  bool is_printable = false;
};

/// The log of the program: one line for each event, written to standard error by one write(2). Thread-safe.
///
/// A text line begins with the message, because alerts search for beginnings of lines; time and level follow. Under
/// journald the line has a priority instead of a time.
class Log {
 public:
  /// Writes to `descriptor`, which the caller owns. `journal_stream` is the value of JOURNAL_STREAM: if it names the
  /// descriptor, journald receives the lines (systemd.exec(5)).
  Log(const base::Clock& clock, int descriptor, std::string_view journal_stream = {});

  void set_level(LogLevel level) noexcept { level_ = level; }
  void set_format(LogFormat format) noexcept { format_ = format; }

  /// Writes `message: field=value ...` or one JSON object. Shortens long values so that the line fits into PIPE_BUF.
  void write(LogLevel level, std::string_view message, std::initializer_list<Field> fields = {}) noexcept;

  /// Returns the number of lines dropped because the reader was too slow or has gone. Logging never blocks the program
  /// for long. The log reports the drops once it can write again.
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
  std::uint64_t told_drops_ = 0;  // the part of `dropped_` that the log has reported
  bool stalled_ = false;          // the last line was dropped, so the next one does not wait
};

}  // namespace reaper::telemetry
