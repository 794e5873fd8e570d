#include "measure.hpp"

#include "failed.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void become(char** command) {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  ::execvp(command[0], command);
  constexpr int k_not_found = 127;  // the exit code of a shell
  ::_exit(k_not_found);
}

}  // namespace

void measure(char** command) {
  const auto began = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child < 0) throw failed("fork");
  if (child == 0) become(command);
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child) throw failed("wait4");
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
  std::printf(R"({"code": %d, "cpu_s": %.6f, "wall_s": %.6f, "peak_kib": %ld})"
              "\n",
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
              seconds(usage.ru_utime) + seconds(usage.ru_stime), wall.count(), usage.ru_maxrss);
}

}  // namespace bench
