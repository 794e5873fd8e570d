#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "telemetry/log.hpp"

#include <boost/json/object.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace reaper::telemetry {

/// A file of JSON lines that keeps every removal for as long as its owner likes, unlike the log. Any thread may use it.
///
/// Lines are appended whole, each by one write(2), so that several programs may write to one file. It can be renamed or
/// removed at any time by whoever rotates it; open() then makes a new one.
class AuditFile {
 public:
  AuditFile(Log& log, const base::Clock& clock) : log_(&log), clock_(&clock) {}

  /// Opens or makes the file at `path`, with mode 0640, and from now on writes to it; the old one is closed. On an
  /// error, or if it is no regular file (EINVAL), it stays with the old one. An empty path: no file, nothing is
  /// written.
  [[nodiscard]] base::Result<void> open(const std::string& path);

  /// Whether lines are wanted at all.
  [[nodiscard]] bool is_open();

  /// Appends one line, which begins with the time and goes on with `fields`. A line that cannot be written is counted,
  /// and the log tells of the first of them.
  void write(const boost::json::object& fields);

  /// Lines that could not be written.
  [[nodiscard]] std::uint64_t lost_lines() const noexcept { return lost_; }

 private:
  void put(std::string text);

  Log* log_;
  const base::Clock* clock_;
  std::mutex mutex_;
  base::FileDescriptor file_;
  std::string path_;
  std::atomic<std::uint64_t> lost_{0};
  bool in_trouble_ = false;  // the last line was lost: the log has been told
  bool torn_ = false;        // the last line was written in part
};

}  // namespace reaper::telemetry
