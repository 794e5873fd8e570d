#include "telemetry/audit_file.hpp"

#include "base/json_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace reaper::telemetry {
namespace {

/// The group may read it: log shippers run in one.
constexpr mode_t k_mode = 0640;

/// O_NONBLOCK, because opening a pipe without a reader would wait for one.
base::Result<base::FileDescriptor> open_for_appending(const std::string& path) {
  base::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, k_mode));
  if (!file) return base::last_error("open", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return base::last_error("fstat", path);
  if (!S_ISREG(status.st_mode)) return base::errno_error(EINVAL, "open as a regular file", path);
  return file;
}

}  // namespace

base::Result<void> AuditFile::open(const std::string& path) {
  base::FileDescriptor file;
  if (!path.empty()) {
    auto opened = open_for_appending(path);
    if (!opened) return opened.error();
    file = *std::move(opened);
  }
  const std::lock_guard lock(mutex_);
  file_ = std::move(file);
  path_ = path;
  torn_ = false;
  return {};
}

bool AuditFile::is_open() {
  const std::lock_guard lock(mutex_);
  return static_cast<bool>(file_);
}

void AuditFile::write(const boost::json::object& fields) {
  const std::lock_guard lock(mutex_);
  if (!file_) return;
  boost::json::object line{{"time", base::rfc3339(clock_->now())}};
  for (const auto& [name, value] : fields) line.emplace(name, value);
  put(base::json_text(line) + '\n');
}

void AuditFile::put(std::string text) {
  if (torn_) text.insert(0, 1, '\n');
  ssize_t written = 0;
  do {
    written = ::write(file_.get(), text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(text.size())) {
    in_trouble_ = torn_ = false;
    return;
  }
  // A part of a line only means that the file system had no room for the rest.
  const base::Error error = written < 0 ? base::last_error("write", path_) : base::errno_error(ENOSPC, "write", path_);
  torn_ = torn_ || written > 0;
  ++lost_;
  if (!std::exchange(in_trouble_, true))
    log_->write(LogLevel::error, "Removals cannot be written to the audit file", {{"error", error.message()}});
}

}  // namespace reaper::telemetry
