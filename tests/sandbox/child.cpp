#include "sandbox/child.hpp"

#include "base/file_descriptor.hpp"
#include "sandbox/landlock.hpp"
#include "sandbox/sandbox.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <stdexcept>

namespace reaper::test {
namespace {

/// The exit code of a child whose work threw; no errno is that large.
constexpr int k_threw = 254;

[[noreturn]] void run_and_exit(const std::function<int()>& work) {
  int code = k_threw;
  try {
    code = work();
  } catch (const std::exception&) {
    code = k_threw;
  }
  ::_exit(code);
}

Ended wait_for(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

pid_t start(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) run_and_exit(work);
  return child;
}

/// Older kernels cannot restrict TCP; every other part must be active.
void enter_all(const sandbox::Needs& needs) {
  for (const sandbox::Part& part : sandbox::enter(needs)) {
    if (!part.active && part.name != "network") throw std::runtime_error(part.detail);
  }
}

/// A pipe by which one process lets another go on.
class Turnstile {
 public:
  Turnstile() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    reader_ = base::FileDescriptor(ends[0]);
    writer_ = base::FileDescriptor(ends[1]);
  }

  void open() {
    if (::write(writer_.get(), "", 1) != 1) throw std::runtime_error("write");
  }

  /// Returns false if the other process ended without opening it.
  bool pass() {
    writer_.reset();
    char byte = 0;
    return ::read(reader_.get(), &byte, 1) == 1;
  }

 private:
  base::FileDescriptor reader_;
  base::FileDescriptor writer_;
};

}  // namespace

Ended in_child(const std::function<int()>& work) { return wait_for(start(work)); }

std::optional<Ended> in_sandbox(const sandbox::Needs& needs, const std::function<int()>& work,
                                const std::function<void()>& meanwhile) {
  if (!sandbox::k_is_possible || !sandbox::landlock_version()) return std::nullopt;
  Turnstile entered;
  Turnstile go_on;
  const pid_t child = start([&] {
    enter_all(needs);
    entered.open();
    return go_on.pass() ? work() : k_threw;
  });
  if (entered.pass()) {
    meanwhile();
    go_on.open();
  }
  return wait_for(child);
}

int error_of(long result) { return result < 0 ? errno : 0; }

int try_open(const std::string& path, int flags) {
  const base::FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  return error_of(file.get());
}

void forbid(const std::vector<int>& calls, int error_number) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  for (const int call : calls) {
    if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error_number)), call, 0) != 0)
      throw std::runtime_error("seccomp_rule_add");
  }
  const int loaded = seccomp_load(filter);
  seccomp_release(filter);
  if (loaded != 0) throw std::runtime_error("seccomp_load");
}

}  // namespace reaper::test
