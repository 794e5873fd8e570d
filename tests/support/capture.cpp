#include "support/capture.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace reaper::test {
namespace {

void check(int result, const char* operation) {
  if (result < 0) throw std::system_error(errno, std::system_category(), operation);
}

Capture nonblocking_reader(const std::array<int, 2>& ends) {
  Capture capture{base::FileDescriptor(ends[0]), base::FileDescriptor(ends[1])};
  check(fcntl(ends[0], F_SETFL, O_NONBLOCK), "fcntl");
  return capture;
}

}  // namespace

std::string Capture::take() const {
  std::string taken;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(reader.get(), buffer.data(), buffer.size());
    if (count < 0 && errno != EAGAIN) check(-1, "read");
    if (count <= 0) return taken;
    taken.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Capture::fill() const {
  const int flags = fcntl(writer.get(), F_GETFL);
  check(fcntl(writer.get(), F_SETFL, flags | O_NONBLOCK), "fcntl");
  const std::string page(4096, '.');
  while (::write(writer.get(), page.data(), page.size()) > 0) {
  }
  check(fcntl(writer.get(), F_SETFL, flags), "fcntl");
}

Capture capture_pipe() {
  std::array<int, 2> ends{};
  check(pipe2(ends.data(), O_CLOEXEC), "pipe2");
  return nonblocking_reader(ends);
}

Capture capture_sockets(int type) {
  std::array<int, 2> ends{};
  check(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  return nonblocking_reader(ends);
}

}  // namespace reaper::test
