#include "telemetry/audit_file.hpp"

#include "base/json_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace reaper::telemetry {
namespace {

/// Readable by the group, because log shippers run with one.
constexpr mode_t k_mode = 0640;

/// Rotation without a notice is detected within this time. A check is one stat(2).
constexpr std::chrono::seconds k_check_interval{1};

}  // namespace

/// O_NONBLOCK: opening a pipe without a reader would wait for one.
base::Result<AuditFile::Target> AuditFile::open_for_appending(const std::string& path) {
  base::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, k_mode));
  if (!file) return base::last_error("open", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return base::last_error("fstat", path);
  if (!S_ISREG(status.st_mode)) return base::errno_error(EINVAL, "open as a regular file", path);
  return Target{std::move(file), status.st_dev, status.st_ino};
}

base::Result<void> AuditFile::open(const std::string& path) {
  base::Result<Target> opened = path.empty() ? Target{} : open_for_appending(path);
  const std::lock_guard lock(mutex_);
  count_deleted_lines();
  if (!opened) {
    // The open file was rotated away or will be deleted, so a line in it would be lost unnoticed.
    if (path == path_) {
      target_ = {};
      open_error_ = opened.error();
    }
    return opened.error();
  }
  target_ = *std::move(opened);
  path_ = path;
  torn_ = false;
  return {};
}

bool AuditFile::is_wanted() {
  const std::lock_guard lock(mutex_);
  return !path_.empty();
}

void AuditFile::write(const boost::json::object& fields) {
  const std::lock_guard lock(mutex_);
  if (path_.empty()) return;
  if (clock_->since_boot() >= next_check_) follow_path();
  if (!target_.file) return lose(1, open_error_);
  boost::json::object line{{"time", base::rfc3339(clock_->now())}};
  for (const auto& [name, value] : fields) line.emplace(name, value);
  put(base::json_text(line) + '\n');
}

void AuditFile::check() {
  const std::lock_guard lock(mutex_);
  if (unchecked_lines_ != 0) follow_path();
  next_check_ = {};
}

bool AuditFile::is_at_path() const {
  struct stat named {};
  return ::stat(path_.c_str(), &named) == 0 && named.st_dev == target_.device && named.st_ino == target_.inode;
}

void AuditFile::count_deleted_lines() {
  const std::uint64_t lines = std::exchange(unchecked_lines_, 0);
  // Check the path first: some FUSE volumes report no links for an existing file.
  if (lines == 0 || is_at_path()) return;
  struct stat held {};
  if (::fstat(target_.file.get(), &held) == 0 && held.st_nlink == 0)
    lose(lines, base::errno_error(ENOENT, "write into a file that was deleted", path_));
}

/// Makes the path's file the open one; opens it again if needed.
void AuditFile::follow_path() {
  next_check_ = clock_->since_boot() + k_check_interval;
  if (target_.file && is_at_path()) {
    unchecked_lines_ = 0;
    return;
  }
  count_deleted_lines();
  auto opened = open_for_appending(path_);
  if (opened) {
    target_ = *std::move(opened);
    torn_ = false;
    return;
  }
  target_ = {};
  open_error_ = opened.error();
}

void AuditFile::put(std::string text) {
  if (torn_) text.insert(0, 1, '\n');
  ssize_t written = 0;
  do {
    written = ::write(target_.file.get(), text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(text.size())) {
    ++unchecked_lines_;
    torn_ = false;
    if (std::exchange(in_trouble_, false))
      log_->write(LogLevel::info, "Audit file is written again", {{"path", path_}, {"lost_lines", lost_lines()}});
    return;
  }
  // If only a part was written, the file system has no room for the rest.
  const base::Error error = written < 0 ? base::last_error("write", path_) : base::errno_error(ENOSPC, "write", path_);
  torn_ = torn_ || written > 0;
  lose(1, error);
}

void AuditFile::lose(std::uint64_t lines, const base::Error& error) {
  lost_ += lines;
  if (!std::exchange(in_trouble_, true))
    log_->write(LogLevel::error, "Removals cannot be written to the audit file", {{"error", error}});
}

}  // namespace reaper::telemetry
