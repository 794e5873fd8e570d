#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "telemetry/log.hpp"

#include <sys/types.h>
#include <boost/json/object.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace reaper::telemetry {

/// A file of JSON lines that keeps every removal for as long as its owner likes, unlike the log. Any thread may use it.
///
/// Lines are appended whole, each by one write(2), so that several programs may write to one file. Log rotation may
/// rename or remove it at any time. Then open() makes a new one, and so does a later line that finds another file, or
/// none, at the path.
class AuditFile {
 public:
  AuditFile(Log& log, const base::Clock& clock) : log_(&log), clock_(&clock) {}

  /// Opens or makes the file at `path`, with mode 0640, and from now on writes to it; the old one is closed. An empty
  /// path: no file, nothing is written. EINVAL if it is no regular file.
  ///
  /// On an error with another path than before, the old file stays in use. With the same path there is no file: lines
  /// are lost until it can be opened again.
  [[nodiscard]] base::Result<void> open(const std::string& path);

  /// Whether lines are wanted at all.
  [[nodiscard]] bool is_wanted();

  /// Appends one line, which begins with the time and goes on with `fields`. A line that cannot be written is counted,
  /// and the log tells of the first of them.
  void write(const boost::json::object& fields);

  /// Checks now that the lines of a sweep went into a file that still exists, and makes the next line check the path
  /// first. Call it at the end of a sweep: during one, the path is checked once a second.
  void check();

  /// Lines that could not be written, or whose file was deleted while they were written.
  [[nodiscard]] std::uint64_t lost_lines() const noexcept { return lost_; }

 private:
  /// An open file, and what tells it from another one at the same path.
  struct Target {
    base::FileDescriptor file;
    dev_t device = 0;
    ino_t inode = 0;
  };

  [[nodiscard]] static base::Result<Target> open_for_appending(const std::string& path);
  [[nodiscard]] bool is_at_path() const;
  void count_deleted_lines();
  void follow_path();
  void put(std::string text);
  void lose(std::uint64_t lines, const base::Error& error);

  Log* log_;
  const base::Clock* clock_;
  std::mutex mutex_;
  Target target_;
  std::string path_;
  base::Error open_error_;  // why there is no file
  std::chrono::nanoseconds next_check_{};
  std::uint64_t unchecked_lines_ = 0;  // written since the last check
  std::atomic<std::uint64_t> lost_{0};
  bool in_trouble_ = false;  // the last line was lost: the log has been told
  bool torn_ = false;        // the last line was written in part
};

}  // namespace reaper::telemetry
