#include "ask_systemd.hpp"

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/printable.hpp"
#include "config/service.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>

namespace reaper::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// systemctl itself waits for 25 seconds or more, but a health check only has three.
constexpr std::chrono::seconds k_systemd_patience{2};

/// A running systemctl. The destructor kills it and waits for it.
class Systemctl {
 public:
  Systemctl() = default;
  Systemctl(const Systemctl&) = delete;
  Systemctl& operator=(const Systemctl&) = delete;
  ~Systemctl() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    static_cast<void>(wait());
  }

  /// Starts systemctl with `output` for standard output and error. Returns an error number like posix_spawn(3); 0 is
  /// success.
  [[nodiscard]] int start(int output) {
    std::string properties = "--property=" + std::string(config::k_service_properties);
    std::string unit(config::k_service_unit);
    std::array<char*, 5> arguments{name_.data(), show_.data(), properties.data(), unit.data(), nullptr};
    posix_spawn_file_actions_t actions;
    if (const int error = ::posix_spawn_file_actions_init(&actions); error != 0) return error;
    int error = ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (const int printed : {STDOUT_FILENO, STDERR_FILENO})
      if (error == 0) error = ::posix_spawn_file_actions_adddup2(&actions, output, printed);
    if (error == 0) error = ::posix_spawnp(&pid_, name_.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) pid_ = 0;
    return error;
  }

  /// Waits until it ends. Returns true if it succeeded.
  [[nodiscard]] bool wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  std::string name_ = "systemctl";
  std::string show_ = "show";
  pid_t pid_ = 0;
};

/// Reads until the other side closes. Fails with ETIMEDOUT after `k_systemd_patience`.
base::Result<std::string> read_all(int descriptor) {
  const auto deadline = steady_clock::now() + k_systemd_patience;
  std::string text;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready == 0) return base::errno_error(ETIMEDOUT, "read", "systemctl");
    std::array<char, 4096> buffer{};
    const ssize_t count = ready < 0 ? -1 : ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::last_error("read", "systemctl");
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// Returns true if systemd runs the machine. Uses the same check as sd_booted(3).
bool runs_on_systemd() { return ::access("/run/systemd/system", F_OK) == 0; }

}  // namespace

SystemdAnswer ask_systemd() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {{}, base::last_error("pipe2").message()};
  const base::FileDescriptor reading(ends[0]);
  base::FileDescriptor writing(ends[1]);
  Systemctl systemctl;
  const int error = systemctl.start(writing.get());
  if (error == ENOENT) return {};
  if (error != 0) return {{}, base::errno_error(error, "start", "systemctl").message()};
  writing.reset();
  auto printed = read_all(reading.get());
  if (!printed) return {{}, printed.error().message()};
  if (systemctl.wait()) return {*std::move(printed), {}};
  // A container may have systemctl without systemd.
  if (!runs_on_systemd()) return {};
  return {{}, base::printable(printed->substr(0, printed->find('\n')))};
}

}  // namespace reaper::daemon
