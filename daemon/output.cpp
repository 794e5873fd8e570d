#include "output.hpp"

#include "base/error.hpp"
#include "exit_code.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace reaper::daemon {
namespace {

/// Writes the whole text. Waits if a non-blocking descriptor is full. Returns 0 or an errno.
int write_whole(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd entry{descriptor, POLLOUT, 0};
      // If poll(2) fails, the next write shows the error.
      static_cast<void>(::poll(&entry, 1, -1));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void Output::write(std::string_view text) {
  if (reader_has_gone_ || error_ != 0) return;
  const int error = write_whole(STDOUT_FILENO, text);
  if (error == EPIPE) reader_has_gone_ = true;
  else error_ = error;
}

int Output::exit_code(int code) const {
  if (error_ == 0) return code;
  complain(base::errno_error(error_, "write to standard output").message());
  return code == k_ok ? k_cannot_write : code;
}

void write_error(std::string_view text) noexcept { static_cast<void>(write_whole(STDERR_FILENO, text)); }

void complain(std::string_view text) { write_error(fmt::format("chart-reaper: {}\n", text)); }

void occupy_standard_descriptors() noexcept {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // open(2) takes the lowest free number. Reading and writing an O_PATH descriptor fails with EBADF.
    if (::fcntl(descriptor, F_GETFD) < 0) static_cast<void>(::open("/", O_PATH));
  }
}

}  // namespace reaper::daemon
