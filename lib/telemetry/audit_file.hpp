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

/// Writes every removal as a JSON line to a file, which the operator keeps as long as needed, unlike the log.
/// Thread-safe.
///
/// Each line is appended by one write(2), so that several programs can share a file. Log rotation may rename or delete
/// the file at any time. Then open() creates a new one. So does a later line, if its path names another file or none.
class AuditFile {
 public:
  AuditFile(Log& log, const base::Clock& clock) : log_(&log), clock_(&clock) {}

  /// Opens or creates the file at `path` with mode 0640, and closes the old one. With an empty path nothing is written
  /// from now on. Fails with EINVAL if the path is not a regular file.
  ///
  /// After an error the old file stays in use, unless the path is the same as before. Then there is no file, and lines
  /// are lost until it can be opened again.
  [[nodiscard]] base::Result<void> open(const std::string& path);

  /// Returns true if a file is configured.
  [[nodiscard]] bool is_wanted();

  /// Appends one line: the time and `fields`. A line that cannot be written is counted. The log reports the first such
  /// line.
  void write(const boost::json::object& fields);

  /// Checks that the lines of a sweep went into a file that still exists, and makes the next line check the path first.
  /// Call it at the end of a sweep. During a sweep the path is checked once a second.
  void check();

  /// Returns the number of lines that could not be written, or whose file was deleted at the same time.
  [[nodiscard]] std::uint64_t lost_lines() const noexcept { return lost_; }

 private:
  /// An open file and its identity, to detect another file at the same path.
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
  base::Error open_error_;  // the reason why there is no file
  std::chrono::nanoseconds next_check_{};
  std::uint64_t unchecked_lines_ = 0;  // lines written since the last check
  std::atomic<std::uint64_t> lost_{0};
  bool in_trouble_ = false;  // the last line was lost, and the log has reported it
  bool torn_ = false;        // the last line was only written in part
};

}  // namespace reaper::telemetry
