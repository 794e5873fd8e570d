#include "config/text_file.hpp"

#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace reaper::config {
namespace {

/// A settings file is a page of text; a larger file was given by mistake.
constexpr std::size_t k_max_bytes = std::size_t{1024} * 1024;

}  // namespace

base::Result<std::string> read_text_file(const std::string& path) {
  // O_NONBLOCK: opening a pipe would wait for its writer.
  const base::FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return base::last_error("open", path);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return base::last_error("fstat", path);
  if (S_ISDIR(status.st_mode)) return base::errno_error(EISDIR, "read", path);
  if (!S_ISREG(status.st_mode)) return base::errno_error(ENOTSUP, "read", path);
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0) return base::last_error("read", path);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > k_max_bytes) return base::errno_error(EFBIG, "read", path);
  }
}

}  // namespace reaper::config
