#include "http/token_file.hpp"

#include "base/error.hpp"
#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace reaper::http {

std::string token_in(std::string text) {
  text.erase(std::min(text.find('\n'), text.size()));
  text.erase(text.find_last_not_of(" \t\r") + 1);
  return text;
}

std::optional<std::string> TokenFile::token() {
  // O_NONBLOCK: opening a pipe in the file's place must not hang the daemon.
  const base::FileDescriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  int error_number = file ? 0 : errno;
  struct stat status {};
  if (file && ::fstat(file.get(), &status) != 0) error_number = errno;
  const base::FileStamp now =
      error_number == 0 ? base::file_stamp(status) : base::FileStamp{.error_number = error_number};
  if (now == seen_) return token_;
  seen_ = now;
  token_ = error_number == 0 ? read(file.get(), status)
                             : refuse(base::errno_error(error_number, "open", path_).code.message());
  return token_;
}

std::optional<std::string> TokenFile::read(int descriptor, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return refuse("it is not a regular file");
  if ((file.st_mode & S_IRWXO) != 0) {
    return refuse(
        "all users can access it: remove the permissions of others (chmod o= FILE; for a Kubernetes secret set "
        "defaultMode to 0440 or 0400)");
  }
  std::array<char, k_max_bytes + 1> buffer;  // one byte more than allowed, to detect a larger file
  const ssize_t count = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  if (count < 0) return refuse(base::last_error("pread", path_).code.message());
  if (static_cast<std::size_t>(count) > k_max_bytes) return refuse("it is larger than 4096 bytes");
  std::string token = token_in({buffer.data(), static_cast<std::size_t>(count)});
  if (token.empty()) return refuse("its first line is empty");
  log_->write(telemetry::LogLevel::info, "Admin token read", {{"path", path_}});
  return token;
}

std::optional<std::string> TokenFile::refuse(std::string_view reason) {
  log_->write(telemetry::LogLevel::error, "Admin token file cannot be used, no token is valid",
              {{"path", path_}, {"reason", boost::json::string_view(reason.data(), reason.size())}});
  return std::nullopt;
}

}  // namespace reaper::http
