#include "volume/system.hpp"

#include "base/file_descriptor.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

using reaper::base::FileDescriptor;
using reaper::test::TempDir;
using reaper::volume::System;

TEST_CASE("a lock of another process is seen through a descriptor opened for reading") {
  const TempDir dir;
  dir.write_file("x.png", "chart");
  const FileDescriptor chart(::open(dir.path("x.png").c_str(), O_RDONLY | O_CLOEXEC));
  System system;
  CHECK(system.test_lock(chart.get()) == 0);

  std::array<int, 2> ready{};
  std::array<int, 2> finished{};
  REQUIRE((::pipe2(ready.data(), O_CLOEXEC) == 0 && ::pipe2(finished.data(), O_CLOEXEC) == 0));
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(dir.path("x.png").c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    char byte = ::fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    // The parent closes its end of the pipe after its check.
    ::close(finished[1]);
    const bool is_told = ::write(ready[1], &byte, 1) == 1 && ::read(finished[0], &byte, 1) == 0;
    ::_exit(is_told ? 0 : 1);
  }
  ::close(finished[0]);
  char locked = 'n';
  REQUIRE(::read(ready[0], &locked, 1) == 1);
  CHECK(locked == 'y');
  CHECK(system.test_lock(chart.get()) == -EWOULDBLOCK);
  ::close(finished[1]);
  int status = -1;
  CHECK((::waitpid(child, &status, 0) == child && status == 0));
  CHECK(system.test_lock(chart.get()) == 0);
  ::close(ready[0]);
  ::close(ready[1]);
}
